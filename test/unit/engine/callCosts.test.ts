import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { CallCosts } from '../../../src/engine/callCosts.ts';

const SIZES = [2, 3, 4, 5, 6, 8, 11, 16];
type Machine = (nTokens: number) => number;

/** Steps and calls of several tokens, in turn. */
function use(costs: CallCosts, msOf: Machine, nCalls = 400): void {
  const random = seededRandom(3);
  for (let call = 0; call < nCalls; call++) {
    const nTokens = call % 2 === 0 ? 1 : SIZES[Math.floor(random() * SIZES.length)]!;
    costs.record(nTokens, msOf(nTokens) * (0.9 + 0.2 * random()));
  }
}

describe('what several tokens cost', () => {
  it.each<[string, Machine]>([
    ['hardly more than one', (nTokens) => 5 + 0.01 * nTokens],
    ['as on two cores', (nTokens) => 100 + 30 * nTokens],
    ['as much as single ones', (nTokens) => 2 * nTokens],
  ])('is learned where it is %s', (_, msOf) => {
    const costs = new CallCosts();
    use(costs, msOf);
    for (const nTokens of SIZES) {
      const error = costs.of(nTokens) / (msOf(nTokens) / msOf(1));
      expect(error, `${nTokens} tokens`).toBeGreaterThan(0.8);
      expect(error, `${nTokens} tokens`).toBeLessThan(1.25);
    }
  });

  it('is a guess at first: more than one call, less than as many', () => {
    for (const nTokens of SIZES) {
      expect(new CallCosts().of(nTokens)).toBeGreaterThan(1);
      expect(new CallCosts().of(nTokens)).toBeLessThan(nTokens);
    }
    expect(new CallCosts().of(1)).toBe(1);
  });

  it('stays what it was when the machine becomes three times slower', () => {
    const costs = new CallCosts();
    const msOf: Machine = (nTokens) => 10 + 2 * nTokens;
    use(costs, msOf);
    const before = costs.of(4);
    for (let call = 0; call < 20; call++) costs.record(4, 3 * msOf(4));
    expect(costs.of(4)).toBeLessThan(2 * before);
    use(costs, (nTokens) => 3 * msOf(nTokens));
    expect(costs.of(4) / before).toBeCloseTo(1, 0);
  });

  it('does not follow an accident', () => {
    const costs = new CallCosts();
    use(costs, (nTokens) => 10 + nTokens);
    const before = costs.of(8);
    costs.record(8, 5_000);
    expect(costs.of(8)).toBeLessThan(1.2 * before);
  });

  it('is forgotten in time, so that what was too dear once is tried again', () => {
    const costs = new CallCosts();
    use(costs, (nTokens) => 2 * nTokens);
    expect(costs.of(8)).toBeGreaterThan(6);
    for (let call = 0; call < 3_000; call++) costs.record(1, 2);
    expect(costs.of(8)).toBeCloseTo(new CallCosts().of(8), 1);
  });
});
