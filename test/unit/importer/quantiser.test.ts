import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { quantiseRows, type BlockForm } from '../../../src/importer/quantiser.ts';
import { BLOCK_FORMS, dequantise } from '../../support/dequantise.ts';

describe.each(BLOCK_FORMS)('%s', (_, form) => {
  it('comes back within one step, and within half a step of all but the far end', () => {
    const random = seededRandom(3);
    const [nRows, columns] = [6, 100]; // no multiple of any block
    const rows = Float32Array.from(
      { length: nRows * columns },
      () => (random() - 0.5) * 10 ** (6 * random() - 3),
    );
    const quantised = quantiseRows(rows, columns, form);
    const back = dequantise(quantised, columns, form);
    for (const [index, weight] of rows.entries()) {
      const { scale, greatest } = blockOf(rows, { index, columns, form });
      // The scale is a step: the weight of largest magnitude is a power of two of them away from zero.
      const found = quantised.scales[scale]!;
      expect(Math.abs(found)).toBeCloseTo(greatest / 2 ** (form.bits - 1), 6);
      const isFarEnd = Math.abs(weight) > greatest * (1 - 2 ** -form.bits);
      expect(Math.abs(back[index]! - weight)).toBeLessThanOrEqual(Math.abs(found) * (isFarEnd ? 1 : 0.5001));
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

type Place = { readonly index: number; readonly columns: number; readonly form: BlockForm };

/** Which scale a weight has, and the largest magnitude of its block. */
function blockOf(rows: Float32Array, { index, columns, form }: Place): { scale: number; greatest: number } {
  const [row, column] = [Math.floor(index / columns), index % columns];
  const first = column - (column % form.block);
  const block = rows.subarray(row * columns + first, row * columns + Math.min(columns, first + form.block));
  return {
    scale: row * Math.ceil(columns / form.block) + first / form.block,
    greatest: Math.max(...block.map(Math.abs)),
  };
}
