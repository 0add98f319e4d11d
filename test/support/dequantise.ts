/** Quantised rows as fp32 again, by the definition of the layout: what the runtime's kernels are held against. */
import type { BlockForm, QuantisedRows } from '../../src/importer/quantiser.ts';

export const BLOCK_FORMS = ([4, 8] as const).flatMap((bits) =>
  ([32, 64, 128] as const).map(
    (block) => [`${bits} bits, block ${block}`, { kind: 'blocks', bits, block }] as const,
  ),
);

/** w = (q - 2^(bits-1)) · scale; `[rows, blocks a row, block]`, low nibble first. */
export function dequantise(
  { values, scales }: QuantisedRows,
  columns: number,
  form: BlockForm,
): Float32Array {
  const { bits, block } = form;
  const nBlocks = Math.ceil(columns / block);
  const nRows = scales.length / nBlocks;
  return Float32Array.from({ length: nRows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const at = row * nBlocks * block + column;
    const q = bits === 8 ? values[at]! : (values[at >> 1]! >> (4 * (at % 2))) & 15;
    return (q - 2 ** (bits - 1)) * scales[Math.floor(at / block)]!;
  });
}
