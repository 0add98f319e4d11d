/**
 * Rows of a checkpoint, as bytes, become rows of a model folder: the work of an import, apart from reading and writing.
 * Everything here is plain data, so that it can be done in threads.
 */
import type { TensorForm } from '../model/tensors.ts';
import type { RawNumbers } from './checkpoint.ts';
import { toFloat32 } from './floatFormats.ts';
import { quantiseRows } from './quantiser.ts';
import type { WeightSource } from './weightSources.ts';

/** The same rows of every part of a tensor, or the rows that lie in one part after the other. */
export type RowsJob = {
  readonly arrange: WeightSource['arrange'];
  readonly nRows: number;
  readonly pieces: readonly RowPiece[];
  readonly form: TensorForm;
};

/** `nZeros` numbers that the checkpoint does not hold, or what it holds. */
export type RowPiece = RawNumbers | { readonly nZeros: number };

export type ConvertedRows =
  | { readonly kind: 'rows'; readonly values: Bytes; readonly scales: Bytes }
  /** NaN or infinity, in one of the pieces. */
  | { readonly kind: 'strange'; readonly piece: number; readonly element: number; readonly value: number };

type Bytes = Uint8Array<ArrayBuffer>;

/** Whoever converts rows, here or elsewhere. */
export type RowConverter = {
  readonly convert: (job: RowsJob) => Promise<ConvertedRows>;
  /** How many jobs keep it busy. */
  readonly nAtOnce: number;
};

/** In this thread. */
export const CONVERTS_HERE: RowConverter = {
  convert: (job) => Promise.resolve(convertRows(job)),
  nAtOnce: 1,
};

export function convertRows({ arrange, nRows, pieces, form }: RowsJob): ConvertedRows {
  const numbers = pieces.map((piece) =>
    'nZeros' in piece ? new Float32Array(piece.nZeros) : toFloat32(piece.bytes, piece.dtype),
  );
  for (const [piece, values] of numbers.entries()) {
    const element = firstStrange(values);
    if (element !== undefined) return { kind: 'strange', piece, element, value: values[element] ?? NaN };
  }
  const rows = arrange === 'join' ? interleave(numbers, nRows) : interleave(numbers, 1);
  if (form.kind === 'fp32') return { kind: 'rows', values: bytesOf(rows), scales: new Uint8Array() };
  const { values, scales } = quantiseRows(rows, rows.length / nRows, form);
  return { kind: 'rows', values, scales: bytesOf(scales) };
}

/** The first number that is none. A sum finds out whether there is one at all: it does not stay finite with it. */
function firstStrange(values: Float32Array): number | undefined {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += (values[index] ?? 0) * 0;
  if (sum === 0) return undefined;
  return values.findIndex((value) => !Number.isFinite(value));
}

/** Lays matrices of `nRows` rows side by side. */
function interleave(pieces: readonly Float32Array<ArrayBuffer>[], nRows: number): Float32Array<ArrayBuffer> {
  if (pieces.length === 1 && pieces[0] !== undefined) return pieces[0];
  const columns = pieces.reduce((sum, piece) => sum + piece.length / nRows, 0);
  const joined = new Float32Array(nRows * columns);
  let start = 0;
  for (const piece of pieces) {
    const width = piece.length / nRows;
    for (let row = 0; row < nRows; row++) {
      joined.set(piece.subarray(row * width, (row + 1) * width), row * columns + start);
    }
    start += width;
  }
  return joined;
}

function bytesOf(values: Float32Array<ArrayBuffer>): Bytes {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
