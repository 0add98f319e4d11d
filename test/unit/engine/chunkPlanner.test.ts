import { describe, expect, it } from 'vitest';
import { ChunkPlanner } from '../../../src/engine/chunkPlanner.ts';

/** A machine that takes so long for a call: something for the call itself, something for each token. */
type Machine = { readonly callMs: number; readonly tokenMs: number };

const msOf = ({ callMs, tokenMs }: Machine, nTokens: number) => callMs + tokenMs * nTokens;

/** A prompt is short of this now and then; then the planner must not help itself by long calls. */
const FEWEST = 8;

/** Prefills `nTokens` and generates five; returns what the calls of the prefill took. */
function generate(
  planner: ChunkPlanner,
  machine: Machine,
  nTokens: number,
): { nTokens: number; ms: number }[] {
  const calls: { nTokens: number; ms: number }[] = [];
  for (let rest = nTokens; rest > 0;) {
    const chunk = Math.min(rest, planner.next());
    calls.push({ nTokens: chunk, ms: msOf(machine, chunk) });
    planner.record(chunk, msOf(machine, chunk));
    rest -= chunk;
  }
  for (let step = 0; step < 5; step++) planner.record(1, msOf(machine, 1));
  return calls;
}

/** A quarter of a second, or more where a single step is slow already. */
const boundMs = (machine: Machine) => (msOf(machine, 1) > 35 ? 600 : 250);

const machines: Machine[] = [0, 1, 5, 30, 100].flatMap((callMs) =>
  [0.01, 0.1, 1, 2, 5, 10, 25, 38, 60].map((tokenMs) => ({ callMs, tokenMs })),
);

describe('no call is longer than its bound', () => {
  it.each(machines)('%o', (machine) => {
    const planner = new ChunkPlanner();
    const calls = [3, 700, 9, 2_000, 1, 40, 1_500].flatMap((nTokens) => generate(planner, machine, nTokens));
    for (const { nTokens, ms } of calls.slice(2))
      expect(nTokens <= FEWEST || ms <= boundMs(machine), `${nTokens} tokens in ${ms} ms`).toBe(true);
  });
});

describe('no call is needlessly short', () => {
  it.each(machines.filter((machine) => msOf(machine, FEWEST) < 100))('%o', (machine) => {
    const planner = new ChunkPlanner();
    generate(planner, machine, 6_000);
    expect(planner.next() === 512 || msOf(machine, planner.next()) > 0.3 * boundMs(machine)).toBe(true);
  });
});

it.each([
  ['slower', 1, 10],
  ['faster', 10, 1],
])('follows a machine that becomes ten times %s', (_, before, after) => {
  const planner = new ChunkPlanner();
  generate(planner, { callMs: 2, tokenMs: before }, 3_000);
  const machine = { callMs: 2, tokenMs: after };
  const calls = generate(planner, machine, 3_000);
  for (const { ms } of calls.slice(3)) expect(ms).toBeLessThanOrEqual(250);
  expect(msOf(machine, planner.next())).toBeGreaterThan(100);
});
