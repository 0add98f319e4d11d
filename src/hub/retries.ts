/** Tries again what may go better in a while: after a wait that grows, or as long as the host says. */
import { systemClock } from '../base/clock.ts';
import { NetworkFailure } from './networkFailure.ts';

export type Retries = {
  /** How often it is tried again without a byte of progress. */
  readonly nTries: number;
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 to 1: many who were sent away together should not come back together. */
  readonly random: () => number;
  readonly onWait?: (ms: number, failure: NetworkFailure) => void;
};

type Trying = Retries & {
  readonly signal: AbortSignal | undefined;
  readonly madeBytes?: () => number;
};

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** A host that wants to be left alone for longer is told to the user instead. */
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

export const NO_RETRIES: Retries = { nTries: 0, wait: () => Promise.resolve(), random: () => 0 };

/** Some half a minute altogether, with progress in between any number. */
export const PATIENT: Retries = {
  nTries: 5,
  wait: (ms, signal) => systemClock.wait(ms, signal),
  random: () => Math.random(),
};

export async function withRetries<T>(run: () => Promise<T>, trying: Trying): Promise<T> {
  const { nTries, wait, random, onWait, signal, madeBytes = () => 0 } = trying;
  let nFailures = 0;
  let mostBytes = madeBytes();
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof NetworkFailure)) throw error;
      if (madeBytes() > mostBytes) nFailures = 0;
      mostBytes = Math.max(mostBytes, madeBytes());
      const ms = waitBefore(nFailures++, error, random());
      if (nFailures > nTries || ms === undefined) throw error;
      onWait?.(ms, error);
      await wait(ms, signal);
    }
  }
}

/** undefined: it will not go better. */
export function waitBefore(
  nFailures: number,
  { outlook }: NetworkFailure,
  random: number,
): number | undefined {
  if (outlook.isTransient !== true) return undefined;
  if (outlook.retryAfterMs !== undefined) {
    return outlook.retryAfterMs > LONGEST_RETRY_AFTER_MS ? undefined : outlook.retryAfterMs + 1_000 * random;
  }
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** nFailures) * (0.5 + random / 2);
}
