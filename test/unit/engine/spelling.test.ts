/** The search against all ways there are, in a language of a few tokens with random probabilities. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { spell } from '../../../src/engine/spelling.ts';
import type { Logits } from '../../../src/engine/runner.ts';
import type { Vocabulary } from '../../../src/tokenizer/vocabulary.ts';

const TOKENS = ['a', 'b', 'ab', 'ba', 'aba', 'abc', 'bac', 'c', 'd'].map((text) => Buffer.from(text));
const N_KNOWN = TOKENS.length - 1;

const vocabulary = {
  bytesOf: (id: number) => TOKENS[id],
  compatibleWith: (wanted: Uint8Array) =>
    [...TOKENS.keys()].filter((id) => {
      const length = Math.min(TOKENS[id]!.length, wanted.length);
      return TOKENS[id]!.subarray(0, length).equals(wanted.subarray(0, length));
    }),
} as unknown as Vocabulary;

/** The same for the same ids. */
function logitsBehind(ids: readonly number[], seed: number): Logits {
  const random = seededRandom(ids.reduce((hash, id) => hash * 31 + id + 1, seed));
  const values = Float32Array.from(TOKENS, () => 6 * random());
  return { values, logSumExp: Float32Array.of(Math.log(values.reduce((sum, v) => sum + Math.exp(v), 0))) };
}

type Spelled = { readonly ids: readonly number[]; readonly probability: number };

/** Every way, with the probability that one token covers what is left behind it. */
function allWays(begun: Buffer, seed: number, ids: readonly number[] = [], probability = 1): Spelled[] {
  const { values, logSumExp } = logitsBehind(ids, seed);
  const share = (id: number) => Math.exp(values[id]! - logSumExp[0]!);
  const known = vocabulary.compatibleWith(begun).filter((id) => id < N_KNOWN);
  const covering = known.filter((id) => TOKENS[id]!.length >= begun.length);
  const here = { ids, probability: probability * covering.reduce((sum, id) => sum + share(id), 0) };
  const longer = known.filter((id) => TOKENS[id]!.length < begun.length);
  return [
    here,
    ...longer.flatMap((id) =>
      allWays(begun.subarray(TOKENS[id]!.length), seed, [...ids, id], probability * share(id)),
    ),
  ];
}

const spellAs = (begun: string, seed: number) =>
  spell(Buffer.from(begun), logitsBehind([], seed), {
    ...{ vocabulary, nKnownIds: N_KNOWN },
    logitsBehind: (ids) => Promise.resolve(logitsBehind(ids, seed)),
  });

describe('spell', () => {
  const cases = ['a', 'ab', 'aba', 'abab', 'baba'].flatMap((begun) =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((seed): [string, number] => [begun, seed]),
  );

  it.each(cases)('%s, language %d: the likeliest way of all', async (begun, seed) => {
    const ways = allWays(Buffer.from(begun), seed);
    const best = ways.reduce((a, b) => (b.probability > a.probability ? b : a));
    const { choices, logits } = await spellAs(begun, seed);
    expect(choices.map(({ id }) => id)).toEqual(best.ids);
    expect(logits).toEqual(logitsBehind(best.ids, seed));
  });

  it('runs nothing where one token is likelier to cover it all than any to begin it', async () => {
    const logits = logitsBehind([], 1);
    logits.values[TOKENS.findIndex((bytes) => bytes.toString() === 'aba')] = 20;
    const never = () => Promise.reject(new Error('not needed'));
    const options = { vocabulary, nKnownIds: N_KNOWN, logitsBehind: never };
    expect(await spell(Buffer.from('ab'), logits, options)).toEqual({ choices: [], logits });
  });

  it('is as sure of a way as its share of those that were seen', async () => {
    const all = await Promise.all(cases.map(([begun, seed]) => spellAs(begun, seed)));
    const spelled = all.map(({ choices }) => choices).filter((choices) => choices.length > 0);
    expect(spelled.length).toBeGreaterThan(5);
    for (const [first, ...others] of spelled) {
      expect(first!.logProbability).toBeLessThanOrEqual(0);
      expect(first!.logProbability).toBeGreaterThan(Math.log(1 / 7));
      expect(others.every(({ logProbability }) => logProbability === 0)).toBe(true);
    }
  });
});
