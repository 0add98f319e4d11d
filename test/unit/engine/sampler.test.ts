import { describe, expect, it } from 'vitest';
import { createSampler } from '../../../src/engine/sampler.ts';
import { GREEDY, type Sampling } from '../../../src/model/generation.ts';

type Random = Extract<Sampling, { kind: 'random' }>;

const LOGITS = Float32Array.of(1, 3, 2.5, -1, 2, 3, 0, 99);
/** The last id is one that no text stands behind. */
const ALLOWED = { below: 7 } as const;
const N_DRAWS = 20_000;

describe('greedy', () => {
  it.each([
    ['the first of equals', { below: 8 }, LOGITS.with(7, 0), 1],
    ['none that is masked', ALLOWED, LOGITS, 1],
    ['the best of a list', { ids: [6, 4, 3] }, LOGITS, 4],
    ['the first of equals in a list', { ids: [5, 1] }, LOGITS, 5],
    ['one of very unlikely ones', { ids: [2] }, new Float32Array(8).fill(-1e30), 2],
  ] as const)('%s', (_, allowed, logits, expected) => {
    expect(createSampler(GREEDY)(logits, allowed).id).toBe(expected);
  });
});

describe('random', () => {
  const ids = [0, 1, 2, 3, 4, 5, 6];
  it.each([
    ['temperature 1', { temperature: 1 }, ids],
    ['temperature 0.5', { temperature: 0.5 }, ids],
    ['temperature 3', { temperature: 3 }, ids],
    ['top 3', { temperature: 1, topK: 3 }, [1, 5, 2]],
    ['top 1', { temperature: 2, topK: 1 }, [1]],
    ['more than there are', { temperature: 1, topK: 100 }, ids],
    // Of e^3 e^3 e^2.5 e^2 e^1 e^0 e^-1 the shares are 0.32 0.32 0.20 0.12 0.04 0.02 0.01.
    ['a sum of 0.6', { temperature: 1, topP: 0.6 }, [1, 5]],
    ['a sum of 0.7', { temperature: 1, topP: 0.7 }, [1, 5, 2]],
    ['a sum of 1', { temperature: 1, topP: 1 }, ids],
    ['a sum of nearly 0', { temperature: 1, topP: 1e-9 }, [1]],
    ['both', { temperature: 1, topK: 4, topP: 0.9 }, [1, 5, 2, 4]],
  ] as const)('%s: as often as the softmax of what is kept says', (_, options, kept) => {
    const counts = draw({ kind: 'random', seed: 11, ...options });
    const weights = ids.map((id) =>
      kept.some((k) => k === id) ? Math.exp(LOGITS[id]! / options.temperature) : 0,
    );
    const total = weights.reduce((sum, weight) => sum + weight);
    for (const id of ids) {
      const p = weights[id]! / total;
      expect(Math.abs(counts[id]! / N_DRAWS - p), `id ${id}`).toBeLessThanOrEqual(
        4 * Math.sqrt((p * (1 - p)) / N_DRAWS),
      );
    }
  });

  it('is the same for the same seed, and another for another', () => {
    const ten = (seed: number) => {
      const sample = createSampler({ kind: 'random', temperature: 2, seed });
      return Array.from({ length: 30 }, () => sample(LOGITS, ALLOWED).id);
    };
    expect(ten(5)).toEqual(ten(5));
    expect(ten(5)).not.toEqual(ten(6));
  });

  it('never chooses what is not allowed', () => {
    const sample = createSampler({ kind: 'random', temperature: 100, seed: 1 });
    for (let n = 0; n < 2_000; n++) {
      expect(sample(LOGITS, ALLOWED).id).toBeLessThan(7);
      expect([0, 3]).toContain(sample(LOGITS, { ids: [0, 3] }).id);
    }
  });
});

describe('the log-probability', () => {
  const shifted = LOGITS.map((logit) => logit + 10_000);
  it.each([
    ['of the best of all', LOGITS, ALLOWED, [0, 1, 2, 3, 4, 5, 6]],
    ['of large logits', shifted, ALLOWED, [0, 1, 2, 3, 4, 5, 6]],
    ['of small logits', LOGITS.map((logit) => logit - 10_000), ALLOWED, [0, 1, 2, 3, 4, 5, 6]],
    ['among those of a list', LOGITS, { ids: [3, 6] }, [3, 6]],
  ] as const)('%s', (_, logits, allowed, ids) => {
    const { id, logProbability } = createSampler(GREEDY)(logits, allowed);
    // ln p(i) = -ln sum of e^(l(j) - l(i))
    const expected = -Math.log(
      ids.reduce<number>((sum, other) => sum + Math.exp(logits[other]! - logits[id]!), 0),
    );
    expect(logProbability).toBeCloseTo(expected, 3);
  });

  it('is the model’s own, whatever the temperature', () => {
    const sample = createSampler({ kind: 'random', temperature: 50, seed: 2 });
    const total = LOGITS.subarray(0, 7).reduce((sum, logit) => sum + Math.exp(logit), 0);
    for (let n = 0; n < 20; n++) {
      const { id, logProbability } = sample(LOGITS, ALLOWED);
      expect(logProbability).toBeCloseTo(LOGITS[id]! - Math.log(total), 5);
    }
  });
});

function draw(sampling: Random): Record<number, number> {
  const sample = createSampler(sampling);
  const counts: Record<number, number> = Object.fromEntries([...LOGITS.keys()].map((id) => [id, 0]));
  for (let n = 0; n < N_DRAWS; n++) counts[sample(LOGITS, ALLOWED).id]!++;
  return counts;
}
