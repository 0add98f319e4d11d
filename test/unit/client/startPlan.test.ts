import { expect, it } from 'vitest';
import { spell } from '../../../src/base/sentence.ts';
import { crashNotice, planStart, type IsolationSetting } from '../../../src/client/startPlan.ts';
import type { Device } from '../../../src/model/device.ts';
import type { ModelSummary } from '../../../src/model/generation.ts';
import type { HeldAttempt } from '../../../src/model/startLatch.ts';

const MODEL = { hardware: 'CPU, 2 threads' } as ModelSummary;

/** "webgpu": this model crashed on it; "other:webgpu": another model did; "?": what crashed could not be read. */
function circumstances(isolation: IsolationSetting, crashes: string, isCareful = false) {
  const held = crashes
    .split(' ')
    .filter(Boolean)
    .map((crash): HeldAttempt => {
      if (crash === '?') return { modelFolder: '', device: 'cpu', isNew: true };
      const [device, model = 'this'] = crash.split(':').reverse();
      return { modelFolder: model, device: device as Device, isNew: true };
    });
  return { held, modelFolder: 'this', isolation, isCareful };
}

it.each<[IsolationSetting, string, string]>([
  ['auto', '', 'thread'],
  ['thread', '', 'thread'],
  ['process', '', 'process'],
  // A GPU that crashed is left out, and the rest is tried where a crash harms nobody.
  ['auto', 'webgpu', 'process, not webgpu'],
  ['thread', 'webgpu', 'thread, not webgpu'],
  ['process', 'webgpu webgpu cuda', 'process, not webgpu, not cuda'],
  // The processor is tried once more, but not in the editor's own process.
  ['auto', 'cpu', 'process'],
  ['process', 'cpu', 'process'],
  ['thread', 'cpu', 'held-back'],
  ['auto', 'cpu cpu', 'held-back'],
  ['process', 'cpu cpu', 'held-back'],
  ['auto', 'webgpu cpu', 'process, not webgpu'],
  ['auto', 'webgpu cpu cpu', 'held-back'],
  ['auto', '?', 'process'],
  ['thread', '?', 'held-back'],
  ['auto', '? cpu', 'held-back'],
  // Another model's crash is a reason for care and for nothing else.
  ['auto', 'other:webgpu', 'process'],
  ['auto', 'other:cpu other:cpu', 'process'],
  ['thread', 'other:webgpu other:cpu', 'thread'],
])('%s, after crashes on [%s]: %s', (isolation, crashes, expected) => {
  const plan = planStart(circumstances(isolation, crashes));
  const words =
    plan.kind === 'start'
      ? [plan.isolation, ...plan.avoided.map((device) => `not ${device}`)].join(', ')
      : plan.kind;
  expect(words).toBe(expected);
});

it('is careful about what the user wants tried again', () => {
  expect(planStart(circumstances('auto', '', true))).toMatchObject({ isolation: 'process' });
  expect(planStart(circumstances('thread', '', true))).toMatchObject({ isolation: 'thread' });
});

it.each([
  ['webgpu', /crashed on WebGPU. It now runs on: CPU, 2 threads. "GPT-J: Restart" tries WebGPU again/],
  ['cpu webgpu', /crashed on WebGPU/],
  ['cpu', /in a process of its own/],
  ['?', /in a process of its own/],
])('tells of [%s] what it means', (crashes, expected) => {
  const notice = crashNotice(MODEL, circumstances('auto', crashes))!;
  expect(spell(notice)).toMatch(expected);
});

it('tells nothing of what the user knows, or what another model did', () => {
  const known = circumstances('auto', 'webgpu');
  const held = known.held.map((attempt) => ({ ...attempt, isNew: false }));
  expect(crashNotice(MODEL, { ...known, held })).toBeUndefined();
  expect(crashNotice(MODEL, circumstances('auto', 'other:webgpu'))).toBeUndefined();
  expect(crashNotice(MODEL, circumstances('auto', ''))).toBeUndefined();
});
