import { describe, expect, it } from 'vitest';
import { Debounce } from '../../../src/completion/debounce.ts';

const MID_LINE = { linePrefix: 'x = ', isExplicit: false };

/** Types keys with these intervals; the last one has been typed just now. */
function typed(...intervalsMs: number[]): { debounce: Debounce; wait: (ms: number) => void } {
  let nowMs = 5_000;
  const debounce = new Debounce({ nowMs: () => nowMs });
  const wait = (ms: number) => void (nowMs += ms);
  debounce.keyTyped();
  for (const intervalMs of intervalsMs) {
    wait(intervalMs);
    debounce.keyTyped();
  }
  return { debounce, wait };
}

function times(n: number, ...intervalsMs: number[]): number[] {
  return Array.from({ length: n }, () => intervalsMs).flat();
}

describe('the pause', () => {
  it.each([
    ['with no rhythm known yet', [], 40],
    ['after seven intervals: still not known', times(7, 150), 40],
    ['after eight: the rhythm', times(8, 150), 150],
    // Weights of the last eight, newest first: 1 .95 .9025 .8574 .8145 .7738 .7351 .6983, together 6.7316.
    // Three quarters are 5.0487; the 200s are the newest two, 1.95, so the 100s have 4.7816: a 200 it is.
    ['with two slow keys at the end', [...times(6, 100), 140, 140], 140],
    // Now the slow ones are the oldest two, 1.4334, and the 100s have 5.2982: a 100.
    ['with two slow keys at the beginning', [140, 140, ...times(6, 100)], 100],
    ['of a slow typist: at most 150', times(20, 600), 150],
    ['where pauses over a second are no rhythm', times(10, 120, 4_000), 120],
    ['after the rhythm has changed', [...times(60, 250), ...times(60, 90)], 90],
  ])('%s', (_, intervalsMs, pauseMs) => {
    expect(typed(...intervalsMs).debounce.pauseMs(MID_LINE)).toBe(pauseMs);
  });

  it('is shorter by what a request takes, weighted, and never negative', () => {
    const { debounce } = typed(...times(8, 140));
    debounce.answered(100);
    expect(debounce.pauseMs(MID_LINE)).toBe(40);
    debounce.answered(150); // 100 · 0.8 + 150 · 0.2 = 110
    expect(debounce.pauseMs(MID_LINE)).toBeCloseTo(30);
    for (let n = 0; n < 40; n++) debounce.answered(1_000);
    expect(debounce.pauseMs(MID_LINE)).toBe(0);
  });

  it('is counted from the last key', () => {
    const { debounce, wait } = typed(...times(8, 140));
    wait(50);
    expect(debounce.pauseMs(MID_LINE)).toBe(90);
    wait(500);
    expect(debounce.pauseMs(MID_LINE)).toBe(0);
  });

  it('does not exist where nobody has typed, at the start of a line, and where one is asked by a command', () => {
    expect(new Debounce({ nowMs: () => 0 }).pauseMs(MID_LINE)).toBe(0);
    const { debounce } = typed(...times(8, 140));
    expect(debounce.pauseMs({ linePrefix: '', isExplicit: false })).toBe(0);
    expect(debounce.pauseMs({ linePrefix: ' \t ', isExplicit: false })).toBe(0);
    expect(debounce.pauseMs({ linePrefix: 'x = ', isExplicit: true })).toBe(0);
    expect(debounce.pauseMs(MID_LINE)).toBe(140);
  });
});
