import { expect, it } from 'vitest';
import { IdleUnload } from '../../../src/client/idleUnload.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const MINUTE_MS = 60_000;

function idleAfter(minutes: number) {
  const clock = new FakeClock();
  const beginMs = clock.nowMs();
  const unloadedAtMs: number[] = [];
  const setting = { minutes };
  const idle = new IdleUnload({
    clock,
    idleMs: () => setting.minutes * MINUTE_MS,
    unload: () => unloadedAtMs.push(clock.nowMs() - beginMs),
  });
  return {
    ...{ clock, idle, setting },
    use: () => idle.during(() => Promise.resolve()),
    /** Minutes from the beginning at which it was unloaded. */
    unloaded: () => unloadedAtMs.map((ms) => Math.round((ms / MINUTE_MS) * 100) / 100),
    pass: (passed: number) => clock.advance(passed * MINUTE_MS, 10_000),
  };
}

it('is unloaded once, that long after the last use', async () => {
  const { use, pass, unloaded } = idleAfter(15);
  await use();
  await pass(10);
  await use();
  await pass(14.5);
  expect(unloaded()).toEqual([]);
  await pass(60);
  expect(unloaded()).toEqual([25]);
  await use();
  await pass(16);
  expect(unloaded()).toEqual([25, 99.5]);
});

it('is not unloaded before it has been used', async () => {
  const { idle, pass, unloaded } = idleAfter(1);
  idle.settingChanged();
  await pass(10);
  expect(unloaded()).toEqual([]);
});

it('is not unloaded in the middle of a use, however long, nor of one of two', async () => {
  const { idle, use, pass, unloaded } = idleAfter(1);
  const ends: (() => void)[] = [];
  const long = () => idle.during(() => new Promise<void>((resolve) => ends.push(resolve)));
  const uses = [long(), long()];
  await use();
  await pass(30);
  ends[0]!();
  await pass(5);
  expect(unloaded()).toEqual([]);
  ends[1]!();
  await Promise.all(uses);
  await pass(2);
  expect(unloaded()).toEqual([36]);
});

it('counts a use that fails', async () => {
  const { idle, pass, unloaded } = idleAfter(1);
  await expect(idle.during(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await pass(2);
  expect(unloaded()).toEqual([1]);
});

it('counts the time that the machine sleeps', async () => {
  const { clock, use, pass, unloaded } = idleAfter(15);
  await use();
  await pass(1);
  clock.sleep(60 * MINUTE_MS);
  await pass(14.5);
  expect(unloaded()).toEqual([75]);
});

it('never, with 0; and a change of the setting holds at once', async () => {
  const { idle, setting, use, pass, unloaded } = idleAfter(0);
  await use();
  await pass(100);
  expect(unloaded()).toEqual([]);
  setting.minutes = 15;
  idle.settingChanged();
  await pass(0.5);
  expect(unloaded()).toEqual([100.17]);
  await use();
  setting.minutes = 2;
  idle.settingChanged();
  await pass(1);
  setting.minutes = 0;
  idle.settingChanged();
  await pass(100);
  expect(unloaded()).toHaveLength(1);
});

it('holds no timer once it is disposed', async () => {
  const { idle, use, pass, unloaded } = idleAfter(1);
  await use();
  idle.dispose();
  await pass(5);
  expect(unloaded()).toEqual([]);
});
