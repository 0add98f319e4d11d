/**
 * Rounds rows of weights to 8 or 4 bits in blocks along the row: w ≈ (q - 2^(bits-1)) · scale, one fp32 scale a
 * block. The layout is that of ONNX Runtime's MatMulNBits: `[rows, blocks a row, block x bits / 8]`, low nibble first.
 */
import { blocksPerRow, type TensorForm } from '../model/tensors.ts';

/** Raised when the same weights would be stored in another way. */
export const QUANTISER_VERSION = 1;

export type BlockForm = Extract<TensorForm, { kind: 'blocks' }>;

export type QuantisedRows = {
  /** Packed integers; a row's last block is padded with zeros (weights, not bits). */
  readonly values: Uint8Array<ArrayBuffer>;
  /** `[rows x blocks a row]` */
  readonly scales: Float32Array<ArrayBuffer>;
};

/** `rows` holds whole rows of `columns` numbers. */
export function quantiseRows(rows: Float32Array, columns: number, form: BlockForm): QuantisedRows {
  const { bits, block } = form;
  const nBlocks = blocksPerRow(columns, block);
  const nRows = rows.length / columns;
  const blockBytes = (block * bits) / 8;
  const values = new Uint8Array(nRows * nBlocks * blockBytes);
  const scales = new Float32Array(nRows * nBlocks);

  for (let index = 0; index < scales.length; index++) {
    const start = Math.floor(index / nBlocks) * columns + (index % nBlocks) * block;
    const end = Math.min(start + block, (Math.floor(index / nBlocks) + 1) * columns);
    const target = values.subarray(index * blockBytes, (index + 1) * blockBytes);
    scales[index] = quantiseBlock(rows.subarray(start, end), bits, target);
  }
  return { values, scales };
}

/** Packs one block into `target` and returns its scale. */
function quantiseBlock(weights: Float32Array, bits: 4 | 8, target: Uint8Array): number {
  const zero = 1 << (bits - 1);
  // The integers reach one further below zero than above, so the weight of largest magnitude is put there.
  const scale = Math.fround(-extreme(weights) / zero);
  const inverse = scale === 0 ? 0 : 1 / scale;
  const top = 2 * zero - 1;
  if (bits === 8) target.fill(zero);
  else target.fill(zero | (zero << 4));

  for (let index = 0; index < weights.length; index++) {
    const rounded = Math.round((weights[index] ?? 0) * inverse) + zero;
    const q = rounded < 0 ? 0 : rounded > top ? top : rounded;
    if (bits === 8) target[index] = q;
    else if (index % 2 === 0) target[index >> 1] = ((target[index >> 1] ?? 0) & 0xf0) | q;
    else target[index >> 1] = ((target[index >> 1] ?? 0) & 0x0f) | (q << 4);
  }
  return scale;
}

/** The number of largest magnitude, with its sign. */
function extreme(weights: Float32Array): number {
  let found = 0;
  for (const weight of weights) if (Math.abs(weight) > Math.abs(found)) found = weight;
  return found;
}
