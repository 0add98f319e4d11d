/**
 * Rounds rows of weights to 8 or 4 bits in blocks along the row: w ≈ (q - 2^(bits-1)) · scale, one fp32 scale a
 * block. The layout is that of ONNX Runtime's MatMulNBits: `[rows, blocks a row, block x bits / 8]`, low nibble first.
 *
 * With 4 bits the scale is the one of the least squared error. The obvious scale, which just reaches the weight of
 * largest magnitude, spends the few steps there are on one weight; a smaller one cuts that weight off and has finer
 * steps for all others. With 8 bits there are steps enough.
 */
import { blocksPerRow, type TensorForm } from '../model/tensors.ts';

export type BlockForm = Extract<TensorForm, { kind: 'blocks' }>;

/** Raised when the same weights would be stored in another way. */
export const QUANTISER_VERSION = 2;

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
  const scales = new Float32Array(nRows * nBlocks);
  const values = new Uint8Array(nRows * nBlocks * blockBytes);
  const pack = bits === 8 ? packBytes : packNibbles;
  // Zero weights, for what pads a row's last block.
  if (columns % block !== 0) values.fill(bits === 8 ? 0x80 : 0x88);

  for (let index = 0; index < scales.length; index++) {
    const row = Math.floor(index / nBlocks);
    const start = row * columns + (index % nBlocks) * block;
    const end = Math.min(start + block, (row + 1) * columns);
    const scale = bits === 8 ? reachingScale(rows, start, end) : bestScale(rows, start, end);
    scales[index] = scale;
    // The scale as it is stored.
    const inverse = scales[index] === 0 ? 0 : 1 / (scales[index] ?? 1);
    pack(rows, { start, end, inverse }, values, index * blockBytes);
  }
  return { values, scales };
}

/**
 * How many steps lie between zero and the weight of largest magnitude: the scales that are tried, two at a time. The
 * integers reach one further below zero than above, so that weight is put there; beyond 8 steps it is cut off.
 */
const CANDIDATES = [
  [8, 7],
  [7.35, 7.7],
  [8.4, 8.8],
  [9.3, 10],
] as const;

/** Numbers this close are the same: the first candidate is exact where one weight is all there is. */
const HARDLY = 1 + 1e-9;

/** Adding and subtracting it leaves a double rounded to a whole number. */
const ROUND = 1.5 * 2 ** 52;

/**
 * The scale with the least Σ (w - q·s)² over 4-bit integers q. Each candidate gives integers, and for given integers
 * the best s is Σwq / Σq², which leaves the error Σw² - (Σwq)² / Σq².
 */
function bestScale(weights: Float32Array, start: number, end: number): number {
  const extreme = extremeOf(weights, start, end);
  if (extreme === 0) return 0;
  let best = { scale: 0, gain: 0 };
  for (const [steps, otherSteps] of CANDIDATES) {
    const [inverse, otherInverse] = [-steps / extreme, -otherSteps / extreme];
    let [products, squares, otherProducts, otherSquares] = [0, 0, 0, 0];
    for (let index = start; index < end; index++) {
      const weight = weights[index] ?? 0;
      const q = roundToNibble(weight * inverse);
      products += weight * q;
      squares += q * q;
      // Written out twice, since the processor computes both in the time of one.
      const otherQ = roundToNibble(weight * otherInverse);
      otherProducts += weight * otherQ;
      otherSquares += otherQ * otherQ;
    }
    best = better(best, products, squares);
    best = better(best, otherProducts, otherSquares);
  }
  return best.scale;
}

type Choice = { readonly scale: number; readonly gain: number };

function better(best: Choice, products: number, squares: number): Choice {
  const gain = squares === 0 ? 0 : (products * products) / squares;
  return gain > best.gain * HARDLY ? { scale: products / squares, gain } : best;
}

/** -8 to 7 */
function roundToNibble(steps: number): number {
  const q = steps + ROUND - ROUND;
  if (q > 7) return 7;
  return q < -8 ? -8 : q;
}

/** The scale that just reaches the weight of largest magnitude, with 8 bits. */
function reachingScale(weights: Float32Array, start: number, end: number): number {
  return -extremeOf(weights, start, end) / 128;
}

/** The number of largest magnitude, with its sign. */
function extremeOf(weights: Float32Array, start: number, end: number): number {
  let least = 0;
  let most = 0;
  for (let index = start; index < end; index++) {
    const weight = weights[index] ?? 0;
    if (weight < least) least = weight;
    else if (weight > most) most = weight;
  }
  return -least > most ? least : most;
}

type Block = { readonly start: number; readonly end: number; readonly inverse: number };

function packBytes(
  weights: Float32Array,
  { start, end, inverse }: Block,
  target: Uint8Array,
  at: number,
): void {
  for (let index = start; index < end; index++) {
    const q = (weights[index] ?? 0) * inverse + ROUND - ROUND + 128;
    target[at + index - start] = q > 255 ? 255 : q < 0 ? 0 : q;
  }
}

function packNibbles(
  weights: Float32Array,
  { start, end, inverse }: Block,
  target: Uint8Array,
  at: number,
): void {
  for (let index = start; index < end; index += 2) {
    const low = roundToNibble((weights[index] ?? 0) * inverse) + 8;
    const high = index + 1 < end ? roundToNibble((weights[index + 1] ?? 0) * inverse) + 8 : 8;
    target[at + ((index - start) >> 1)] = low | (high << 4);
  }
}
