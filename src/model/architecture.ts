/** The sizes that make one GPT-J model. Names follow the Hugging Face configuration where they can. */
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

/** What is wrong with these sizes, or undefined. */
export function architectureProblem(architecture: Architecture): string | undefined {
  const { hidden, nHeads, rotaryDim } = architecture;
  for (const [name, value] of Object.entries(architecture)) {
    const isCount = name !== 'layerNormEpsilon';
    if (!(value > 0) || (isCount && !Number.isInteger(value))) return `${name} is ${value}`;
    if (isCount && value > MAX_SIZE) return `${name} is ${value}, more than ${MAX_SIZE}`;
  }
  if (hidden % nHeads !== 0) return `${hidden} dimensions cannot be shared by ${nHeads} heads`;
  if (rotaryDim % 2 !== 0 || rotaryDim > hidden / nHeads) {
    return `rotaryDim is ${rotaryDim} with heads of ${hidden / nHeads}`;
  }
  return undefined;
}

/** Far above any model of the family; keeps a lying file from asking for terabytes. */
const MAX_SIZE = 1_000_000;
