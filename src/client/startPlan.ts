/**
 * How to start a model after what happened before: a pure function of what the latch holds. A GPU that crashed is
 * not tried again. The processor is tried once more, but only in a process of its own, where a crash harms nobody.
 */
import { say, spell, type Sentence } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { DEVICE_LABELS, type Device, type DeviceReport, type LoadOptions } from '../model/device.ts';
import type { ModelSummary } from '../model/generation.ts';
import { isOf, type HeldAttempt } from '../model/startLatch.ts';
import type { Isolation } from './engineLink.ts';

/** `auto`: a thread, which is cheaper and starts faster, until there has been a crash. */
export const ISOLATION_SETTINGS = ['auto', 'thread', 'process'] as const;
export type IsolationSetting = (typeof ISOLATION_SETTINGS)[number];

export type StartPlan =
  | { readonly kind: 'start'; readonly isolation: Isolation; readonly avoided: readonly Device[] }
  | { readonly kind: 'held-back' };

export type Circumstances = {
  readonly held: readonly HeldAttempt[];
  readonly modelFolder: string;
  readonly isolation: IsolationSetting;
  /** There was a crash that the user has wanted forgotten: what is tried again is tried with care. */
  readonly isCareful: boolean;
};

export function planStart({ held, modelFolder, isolation, isCareful }: Circumstances): StartPlan {
  const hasCrashed = isCareful || held.length > 0;
  const chosen = isolation === 'auto' ? (hasCrashed ? 'process' : 'thread') : isolation;
  const crashed = held.filter((attempt) => isOf(modelFolder, attempt)).map(({ device }) => device);
  const nOnProcessor = crashed.filter((device) => device === 'cpu').length;
  if (nOnProcessor > (chosen === 'process' ? 1 : 0)) return { kind: 'held-back' };
  const avoided = [...new Set(crashed)].filter((device) => device !== 'cpu');
  return { kind: 'start', isolation: chosen, avoided };
}

const CRASHED = say`The model's process has crashed. It starts again when it is needed; "GPT-J: Show Log" has more.`;
const KILLED = say`The model's process was ended from outside, perhaps for want of memory. It starts again when it is needed.`;

/** What to tell the user who has not been told of these crashes, now that the model runs again. */
export function crashNotice(model: ModelSummary, { held, modelFolder }: Circumstances): Sentence | undefined {
  const crashed = held.filter((attempt) => attempt.isNew && isOf(modelFolder, attempt));
  const gpu = crashed.find(({ device }) => device !== 'cpu');
  if (gpu !== undefined) {
    const label = DEVICE_LABELS[gpu.device];
    return say`The model crashed on ${label}. It now runs on: ${model.hardware}. "GPT-J: Restart" tries ${label} again.`;
  }
  if (crashed.length === 0) return undefined;
  return say`The model crashed while it was being loaded. It now runs in a process of its own, where a crash harms nothing else.`;
}

export function heldBack({ modelFolder }: LoadOptions): UserError {
  return new UserError(
    'internal',
    'The model crashed while it was being loaded, so it is not loaded again by itself. Try it with "GPT-J: Restart", or pick another model.',
    modelFolder,
  );
}

export function diedNotice(how: 'killed' | 'crashed'): Sentence {
  return how === 'crashed' ? CRASHED : KILLED;
}

/** For the log. */
export function readyLine({ name, precision, hardware, considered }: ModelSummary): string {
  return [`${name}, ${precision}, ${hardware}`, ...considered.map(deviceLine)].join('; ');
}

function deviceLine({ device, tokensPerSecond, problem }: DeviceReport): string {
  const outcome = problem === undefined ? `${(tokensPerSecond ?? 0).toFixed(1)} tokens/s` : spell(problem);
  return `${device}: ${outcome}`;
}
