import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { MAX_CALL_TOKENS } from '../../../src/engine/callCosts.ts';
import { bestLength, DraftPolicy, Odds, type DraftKnowledge } from '../../../src/engine/draftPolicy.ts';

const flat = () => 1;
const straight = (nTokens: number) => nTokens;
const sixB = (nTokens: number) => [0, 1, 1.27, 1.56, 1.85, 2.06, 2.27, 2.49, 2.7][nTokens] ?? Infinity;

describe('the best length', () => {
  it.each([
    ['all, where more tokens cost nothing', { chance: 0.9, costOf: flat, maxTokens: 9 }, 9],
    ['no more than a call may hold', { chance: 0.99, costOf: flat, maxTokens: 99 }, MAX_CALL_TOKENS - 1],
    ['none, where every token costs a call', { chance: 1, costOf: straight, maxTokens: 9 }, 0],
    ['none, where the draft is never right', { chance: 0, costOf: flat, maxTokens: 9 }, 0],
    ['none, where the chance does not pay for the call', { chance: 0.25, costOf: sixB, maxTokens: 7 }, 0],
    ['a few, where it is even', { chance: 0.7, costOf: sixB, maxTokens: 7 }, 2],
    ['many, where it is sure', { chance: 0.97, costOf: sixB, maxTokens: 7 }, 7],
  ])('is %s', (_, { chance, ...rest }, expected) => {
    expect(bestLength({ chanceOf: () => chance, ...rest })).toBe(expected);
  });

  it('gives more text for the time than any other, played out at random', () => {
    const random = seededRandom(11);
    for (let round = 0; round < 20; round++) {
      const chances = Array.from({ length: 6 }, () => random());
      const slope = random();
      const costOf = (nTokens: number) => 1 + slope * (nTokens - 1);
      const rateOf = (length: number) => {
        let nTokens = 0;
        const nCalls = 4_000;
        for (let call = 0; call < nCalls; call++) {
          let right = 0;
          while (right < length && random() < chances[right]!) right++;
          nTokens += 1 + right;
        }
        return nTokens / nCalls / costOf(length + 1);
      };
      const chosen = bestLength({ chanceOf: (index) => chances[index]!, costOf, maxTokens: 6 });
      const rates = [0, 1, 2, 3, 4, 5, 6].map(rateOf);
      // Machines are noisy, so a gain of less than a twentieth is none.
      expect(rates[chosen]! * 1.05 * 1.05).toBeGreaterThan(Math.max(...rates));
      if (chosen > 0) expect(rates[chosen]).toBeGreaterThan(1);
    }
  });
});

describe('experience', () => {
  const evidence = { matchTokens: 4, isDisputed: false };
  const disputed = { ...evidence, isDisputed: true };
  const knowledge = (): DraftKnowledge => ({
    costs: { of: (nTokens) => 1 + 0.4 * (nTokens - 1), record: () => undefined },
    odds: new Odds(),
  });
  const teach = (policy: DraftPolicy, nTimes: number, right: number, about = evidence) => {
    for (let time = 0; time < nTimes; time++) policy.learn(about, { known: 6, right });
  };

  it('makes drafts longer while they are right, and ends them when they are not', () => {
    const policy = new DraftPolicy(knowledge());
    const first = policy.choose(evidence, 10);
    teach(policy, 30, 6);
    const confident = policy.choose(evidence, 10);
    expect(confident).toBeGreaterThan(first);
    teach(policy, 60, 0);
    expect(policy.choose(evidence, 10)).toBe(0);
    expect(policy.choose({ ...evidence, matchTokens: 24 }, 10)).toBeGreaterThan(0);
  });

  it('is kept apart for what is disputed', () => {
    const policy = new DraftPolicy(knowledge());
    teach(policy, 30, 0, disputed);
    expect(policy.choose(disputed, 10)).toBe(0);
    expect(policy.choose(evidence, 10)).toBeGreaterThan(0);
  });

  it('is handed on to the next generation, which may think otherwise', () => {
    const shared = knowledge();
    teach(new DraftPolicy(shared), 60, 0);
    const next = new DraftPolicy(shared);
    expect(next.choose(evidence, 10)).toBe(0);
    teach(next, 20, 6);
    expect(next.choose(evidence, 10)).toBeGreaterThan(0);
  });

  it('stops where the draft was wrong: what stood behind it has not been tried', () => {
    const [short, long] = [new DraftPolicy(knowledge()), new DraftPolicy(knowledge())];
    for (let time = 0; time < 40; time++) {
      short.learn(evidence, { known: 2, right: 1 });
      long.learn(evidence, { known: 6, right: 1 });
    }
    for (const matchTokens of [1, 4, 5, 6, 8, 12])
      expect(long.choose({ ...evidence, matchTokens }, 10)).toBe(
        short.choose({ ...evidence, matchTokens }, 10),
      );
  });
});
