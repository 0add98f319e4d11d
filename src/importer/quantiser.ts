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
    const { stepsPerUnit, scale } = bits === 8 ? reaching(rows, start, end) : leastError(rows, start, end);
    scales[index] = scale;
    pack(rows, { start, end, stepsPerUnit }, values, index * blockBytes);
  }
  return { values, scales };
}

/** How a block is rounded: q = round(w · stepsPerUnit), and w ≈ q · scale. */
type Rounding = { readonly stepsPerUnit: number; readonly scale: number };

const ALL_ZERO: Rounding = { stepsPerUnit: 0, scale: 0 };

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
 * The 4-bit integers q of the candidate with the least Σ (w - q·s)², which for its best s is Σw² - (Σwq)² / Σq².
 *
 * That s, Σwq / Σq², makes every block a little shorter, and with it whatever is multiplied with it, in every layer.
 * With s = Σw² / Σwq the product of w with what it becomes stays Σw², and the error grows by a hundredth.
 */
function leastError(weights: Float32Array, start: number, end: number): Rounding {
  const extreme = extremeOf(weights, start, end);
  if (extreme === 0) return ALL_ZERO;
  let best: Candidate = { stepsPerUnit: 0, products: 0, gain: 0 };
  for (const [steps, otherSteps] of CANDIDATES) {
    const stepsPerUnit = -steps / extreme;
    const otherStepsPerUnit = -otherSteps / extreme;
    let [products, squares, otherProducts, otherSquares] = [0, 0, 0, 0];
    for (let index = start; index < end; index++) {
      const weight = weights[index] ?? 0;
      const q = roundToNibble(weight * stepsPerUnit);
      products += weight * q;
      squares += q * q;
      // Written out twice, since the processor computes both in the time of one.
      const otherQ = roundToNibble(weight * otherStepsPerUnit);
      otherProducts += weight * otherQ;
      otherSquares += otherQ * otherQ;
    }
    best = better(best, { stepsPerUnit, products, gain: products ** 2 / squares });
    best = better(best, {
      ...{ stepsPerUnit: otherStepsPerUnit, products: otherProducts },
      gain: otherProducts ** 2 / otherSquares,
    });
  }
  if (best.products === 0) return ALL_ZERO;
  return { stepsPerUnit: best.stepsPerUnit, scale: squaredLength(weights, start, end) / best.products };
}

/** Its Σwq, and (Σwq)² / Σq². */
type Candidate = { readonly stepsPerUnit: number; readonly products: number; readonly gain: number };

function better(best: Candidate, candidate: Candidate): Candidate {
  return candidate.gain > best.gain * HARDLY ? candidate : best;
}

/** -8 to 7 */
function roundToNibble(steps: number): number {
  const q = steps + ROUND - ROUND;
  if (q > 7) return 7;
  return q < -8 ? -8 : q;
}

/** The scale that just reaches the weight of largest magnitude, with 8 bits. */
function reaching(weights: Float32Array, start: number, end: number): Rounding {
  // As it is stored, so that every integer is the nearest one.
  const scale = Math.fround(-extremeOf(weights, start, end) / 128);
  return scale === 0 ? ALL_ZERO : { stepsPerUnit: 1 / scale, scale };
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

function squaredLength(weights: Float32Array, start: number, end: number): number {
  let sum = 0;
  for (let index = start; index < end; index++) sum += (weights[index] ?? 0) ** 2;
  return sum;
}

type Block = { readonly start: number; readonly end: number; readonly stepsPerUnit: number };

function packBytes(
  weights: Float32Array,
  { start, end, stepsPerUnit }: Block,
  target: Uint8Array,
  at: number,
): void {
  for (let index = start; index < end; index++) {
    const q = (weights[index] ?? 0) * stepsPerUnit + ROUND - ROUND + 128;
    target[at + index - start] = q > 255 ? 255 : q < 0 ? 0 : q;
  }
}

function packNibbles(
  weights: Float32Array,
  { start, end, stepsPerUnit }: Block,
  target: Uint8Array,
  at: number,
): void {
  for (let index = start; index < end; index += 2) {
    const low = roundToNibble((weights[index] ?? 0) * stepsPerUnit) + 8;
    const high = index + 1 < end ? roundToNibble((weights[index + 1] ?? 0) * stepsPerUnit) + 8 : 8;
    target[at + ((index - start) >> 1)] = low | (high << 4);
  }
}
