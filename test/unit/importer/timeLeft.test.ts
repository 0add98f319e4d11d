import { expect, it } from 'vitest';
import { TimeLeft } from '../../../src/importer/timeLeft.ts';

it('tells the time left by what has been done since the beginning', () => {
  let nowMs = 500;
  const timeLeft = new TimeLeft(() => nowMs);
  const at = (ms: number, share: number) => {
    nowMs = ms;
    return timeLeft.leftMs(share);
  };
  // A half was there already; a tenth takes four seconds.
  expect(at(500, 0.5)).toBeUndefined();
  expect(at(1_500, 0.525)).toBeUndefined();
  expect(at(4_500, 0.6)).toBeCloseTo(16_000);
  expect(at(20_500, 1)).toBe(0);
});

it('knows nothing where nothing gets done', () => {
  let nowMs = 0;
  const timeLeft = new TimeLeft(() => nowMs);
  timeLeft.leftMs(0);
  nowMs = 60_000;
  expect(timeLeft.leftMs(0)).toBeUndefined();
});
