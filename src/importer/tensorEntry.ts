/** Where a tensor lies in a file of a checkpoint, whatever the format of the file. */

/** The types that weights are read from, and their sizes. */
export const DTYPE_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;
export type Dtype = keyof typeof DTYPE_BYTES;

/** Every type that a tensor may have, by the names of safetensors. */
export const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  ...DTYPE_BYTES,
  ...{ F64: 8, I64: 8, U64: 8, I32: 4, U32: 4, I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1 },
  ...{ F8_E4M3: 1, F8_E5M2: 1 },
};

export type TensorEntry = {
  readonly file: string;
  /** May be one that is never read, like that of a buffer of masks. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte in the file, and how many there are. */
  readonly offset: number;
  readonly length: number;
  /** Its numbers do not lie row after row: it is a view of another tensor, like a transposed one. */
  readonly isScattered?: true;
};

/** Beyond 2^53 the product is inexact, but then it is larger than any file. */
export function countElements(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}
