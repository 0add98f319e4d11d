/** Two ways to the same answer of a quantised model, which round in their own ways. */
import { expect } from 'vitest';
import type { Generated } from '../../src/model/generation.ts';

/** Logarithms of probabilities of a quantised model that lie closer are the same but for the order of sums. */
const UNDECIDED = 0.3;

type Answer = Pick<Generated, 'ids' | 'text' | 'logProbabilities'>;

/**
 * True: the same. Where they part, both tokens are as good as each other: each way chose what is most likely, so what
 * one chose can only be more likely than what the other chose by what rounding makes of it. Likewise all before that.
 */
export function expectAsGood(expected: Answer, found: Answer): boolean {
  const parting = expected.ids.findIndex((id, index) => id !== found.ids[index]);
  const nAlike = parting < 0 ? expected.ids.length : parting + 1;
  const differences = expected.logProbabilities
    .slice(0, nAlike)
    .map((value, index) => Math.abs(value - (found.logProbabilities[index] ?? Number.NaN)));
  expect(Math.max(0, ...differences), `from token ${parting} on`).toBeLessThan(UNDECIDED);
  if (parting >= 0) return false;
  expect([found.ids, found.text]).toEqual([expected.ids, expected.text]);
  return true;
}
