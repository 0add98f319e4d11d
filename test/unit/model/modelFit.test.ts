/** When a model is refused, and why. The sizes are those of GPT-J-6B in 4 bits and of machines that people have. */
import { describe, expect, it } from 'vitest';
import { spell } from '../../../src/base/sentence.ts';
import { demandOf, foretoldSpeed, reasonAgainst, reasonAgainstDisk } from '../../../src/model/modelFit.ts';

const GB = 1e9;
const GPT_J = {
  ...{ nLayers: 28, hidden: 4096, nHeads: 16, inner: 16_384, rotaryDim: 64 },
  ...{ vocabularySize: 50_400, nPositions: 2048, layerNormEpsilon: 1e-5 },
};
const demand = demandOf(GPT_J, 3.4 * GB);
const reason = (machine: Parameters<typeof reasonAgainst>[1]) => {
  const sentence = reasonAgainst(demand, machine);
  return sentence === undefined ? undefined : spell(sentence);
};

describe('a large model', () => {
  it('needs its weights, what the runtime keeps beside them, and the keys and values of a window', () =>
    // 2 x 28 x 4096 numbers of four bytes for each of 2048 tokens
    expect(demand).toEqual({ weightsBytes: 3.4 * GB, cacheBytes: 1_879_048_192 }));

  it('is fine where there is room, and it is fast enough or nobody knows', () => {
    expect(reason({ totalBytes: 16 * GB, freeBytes: 9 * GB, tokensPerSecond: 12 })).toBeUndefined();
    expect(reason({ totalBytes: 16 * GB })).toBeUndefined();
  });

  it.each([
    [
      { totalBytes: 7 * GB, freeBytes: 6.5 * GB },
      /^It needs 5\.8 GB of memory, and this machine has 7\.0 GB/,
    ],
    [
      { totalBytes: 16 * GB, freeBytes: 5 * GB },
      /^It needs 5\.8 GB of memory, of which 5\.0 GB are free now/,
    ],
    [
      { totalBytes: 16 * GB, tokensPerSecond: 1.9 },
      /^It writes some 1\.9 tokens a second here, .* 6 seconds/,
    ],
  ])('is refused on %o', (machine, like) => expect(reason(machine)).toMatch(like));

  it('is foretold to be as fast as the memory lets it be', () => {
    // 6B on 50 GB/s: 7 to 12 by the figures of docs/performance.md.
    expect(foretoldSpeed(3.4 * GB, 50 * GB)).toBeGreaterThan(7);
    expect(foretoldSpeed(3.4 * GB, 50 * GB)).toBeLessThan(12);
    expect(foretoldSpeed(3.4 * GB, 13 * GB)).toBeLessThan(3);
  });
});

it('a disk that is too small is told before anything is written', () => {
  expect(reasonAgainstDisk(3.4 * GB, 3.4 * GB)).toBeUndefined();
  expect(spell(reasonAgainstDisk(3.4 * GB, 3.3 * GB)!)).toBe(
    'The model takes 3.4 GB, and the disk has 3.3 GB left. Free some, and try again.',
  );
});
