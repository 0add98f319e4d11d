/** The sizes that make one GPT-J model, and what follows from them. */
import { say, type Sentence } from '../base/sentence.ts';

/** Names follow the Hugging Face configuration where they can. */
export type Architecture = {
  readonly nLayers: number;
  /** Width of the residual stream (`n_embd`). */
  readonly hidden: number;
  readonly nHeads: number;
  /** Width of the feed-forward layer (`n_inner`, usually 4 x hidden). */
  readonly inner: number;
  /** Leading dimensions of each head that are rotated. */
  readonly rotaryDim: number;
  /** Rows of the embedding and of the output head; more than the tokenizer knows. */
  readonly vocabularySize: number;
  /** Longest sequence the model was made for. */
  readonly nPositions: number;
  readonly layerNormEpsilon: number;
};

export function headDimOf({ hidden, nHeads }: Architecture): number {
  return hidden / nHeads;
}

/** Numbers of one token in the key or the value cache of one layer. */
export function cacheRowSize({ hidden }: Architecture): number {
  return hidden;
}

/** Bytes of keys and values that one token adds to the fp32 cache, over all layers. */
export function cacheBytesPerToken({ hidden, nLayers }: Architecture): number {
  return 2 * hidden * nLayers * Float32Array.BYTES_PER_ELEMENT;
}

/**
 * What is wrong with these sizes, or undefined.
 * @param nameOf what the file that they come from calls them
 */
export function architectureProblem(
  architecture: Architecture,
  nameOf: (size: keyof Architecture) => string = (size) => size,
): Sentence | undefined {
  const { hidden, nHeads, rotaryDim, layerNormEpsilon } = architecture;
  for (const [size, most] of Object.entries(LARGEST) as [keyof typeof LARGEST, number][]) {
    const value = architecture[size];
    if (!Number.isInteger(value) || value < 1 || value > most)
      return say`${nameOf(size)} is ${value}; it can be 1 to ${most}`;
  }
  if (!(layerNormEpsilon > 0 && layerNormEpsilon < 1))
    return say`${nameOf('layerNormEpsilon')} is ${layerNormEpsilon}; it can be between 0 and 1`;
  if (hidden % nHeads !== 0)
    return say`${nameOf('hidden')} is ${hidden}, which ${nHeads} heads (${nameOf('nHeads')}) cannot share`;
  const headDim = hidden / nHeads;
  if (rotaryDim % 2 !== 0 || rotaryDim > headDim)
    return say`${nameOf('rotaryDim')} is ${rotaryDim}; with heads of ${headDim} it can be an even number up to that`;
  return undefined;
}

/**
 * Above any model of the family. What is counted here is allocated before any weight is read: a name for every
 * tensor of every layer, a rotation for every position. So a lying file can ask for megabytes, not for terabytes.
 */
const LARGEST = {
  nLayers: 1_000,
  hidden: 100_000,
  nHeads: 10_000,
  inner: 1_000_000,
  rotaryDim: 100_000,
  vocabularySize: 1_000_000,
  nPositions: 65_536,
} as const;
