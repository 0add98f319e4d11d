import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { quantiseRows, type BlockForm } from '../../../src/importer/quantiser.ts';
import { BLOCK_FORMS, dequantise } from '../../support/dequantise.ts';

describe.each(BLOCK_FORMS)('%s', (_, form) => {
  it('comes back within half a step, except what is cut off', () => {
    const { rows, columns } = randomRows(6, 100); // no multiple of any block
    const quantised = quantiseRows(rows, columns, form);
    const back = dequantise(quantised, columns, form);
    const half = 2 ** (form.bits - 1);
    for (const [index, weight] of rows.entries()) {
      const step = quantised.scales[scaleOf(index, columns, form)]!;
      const nSteps = weight / step;
      const reached = Math.min(half - 1, Math.max(-half, nSteps));
      expect(Math.abs(back[index]! / step - reached)).toBeLessThanOrEqual(0.5001);
    }
  });

  it('keeps the weight of largest magnitude, either sign, and zeros', () => {
    for (const extreme of [3, -3]) {
      const row = new Float32Array(form.block + 5);
      row[7] = extreme;
      const back = dequantise(quantiseRows(row, row.length, form), row.length, form);
      expect(Array.from(back, (weight) => weight + 0)).toEqual([...row]);
    }
  });

  it('pads the last block of a row with zero weights', () => {
    const { values } = quantiseRows(new Float32Array(form.block + 1).fill(1), form.block + 1, form);
    const padding = values.subarray(values.length - (form.block * form.bits) / 16);
    expect(new Set(padding)).toEqual(new Set([form.bits === 8 ? 0x80 : 0x88]));
  });
});

it('puts the first of two weights into the low nibble', () => {
  // 8 steps of 0.5 below zero, then 3 above it: q = 0 and 11.
  const row = Float32Array.of(-4, 1.5, ...Array<number>(30).fill(0));
  const { values, scales } = quantiseRows(row, 32, { kind: 'blocks', bits: 4, block: 32 });
  expect([values[0], values[1], scales[0]]).toEqual([0xb0, 0x88, 0.5]);
});

it('makes no NaN of the smallest numbers', () => {
  const form: BlockForm = { kind: 'blocks', bits: 8, block: 32 };
  const row = Float32Array.from({ length: 32 }, (_, index) => index * 2 ** -149);
  const back = dequantise(quantiseRows(row, 32, form), 32, form);
  expect(back.every((value) => Math.abs(value) < 1e-40)).toBe(true);
});

describe('with 4 bits', () => {
  it.each([32, 64, 128] as const)(
    'a block of %i has nearly the least squared error there can be',
    (block) => {
      const form: BlockForm = { kind: 'blocks', bits: 4, block };
      const random = seededRandom(5);
      let [found, least, plain] = [0, 0, 0];
      for (let trial = 0; trial < 100; trial++) {
        // About as weights are spread, and now and then one that lies far out.
        const row = Float32Array.from({ length: block }, () => random() + random() + random() - 1.5);
        if (trial % 4 === 0) row[trial % block] = 4;
        const back = dequantise(quantiseRows(row, block, form), block, form);
        found += row.reduce((sum, weight, index) => sum + (weight - back[index]!) ** 2, 0);
        const extreme = row.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
        const scales = Array.from({ length: 2_000 }, (_, index) => -extreme / (5 + index / 200));
        least += Math.min(...scales.map((scale) => squaredError(row, scale)));
        plain += squaredError(row, -extreme / 8);
      }
      expect(found).toBeLessThan(1.02 * least);
      expect(found).toBeLessThan(0.95 * plain);
    },
  );
});

/** By the definition: every weight becomes the nearest of 16 numbers. */
function squaredError(row: Float32Array, scale: number): number {
  return row.reduce((sum, weight) => {
    const q = Math.min(7, Math.max(-8, Math.round(weight / scale)));
    return sum + (weight - q * scale) ** 2;
  }, 0);
}

function randomRows(nRows: number, columns: number): { rows: Float32Array; columns: number } {
  const random = seededRandom(3);
  const length = nRows * columns;
  return { rows: Float32Array.from({ length }, () => (random() - 0.5) * 10 ** (6 * random() - 3)), columns };
}

/** Which scale a weight has. */
function scaleOf(index: number, columns: number, { block }: BlockForm): number {
  const [row, column] = [Math.floor(index / columns), index % columns];
  return row * Math.ceil(columns / block) + Math.floor(column / block);
}
