/**
 * The weights of a model folder: which there are, their shapes, and the forms they are stored in.
 *
 * A layer has two matrices, because GPT-J's attention and MLP read the same normalised input:
 *
 *   inputs  = [q | k | v | fc_in]     [3 hidden + inner, hidden]
 *   outputs = [out_proj | fc_out]     [hidden, hidden + inner], over the concatenated [attention | gelu]
 */
import type { Architecture } from './architecture.ts';

export type TensorSpec = {
  readonly name: string;
  /** Vectors are always stored as fp32; matrices `[rows, columns]` may be quantised along their columns. */
  readonly shape: readonly [number] | readonly [number, number];
};

/** How one tensor is stored. Quantised values are symmetric: (q - 2^(bits-1)) x scale, one scale a block. */
export type TensorForm =
  | { readonly kind: 'fp32' }
  | { readonly kind: 'blocks'; readonly bits: 4 | 8; readonly block: 32 | 64 | 128 };

export const FP32: TensorForm = { kind: 'fp32' };

export const tensorNames = {
  embedding: 'embedding',
  layer: (layerIndex: number) => ({
    normWeight: `layers.${layerIndex}.norm.weight`,
    normBias: `layers.${layerIndex}.norm.bias`,
    inputs: `layers.${layerIndex}.inputs.weight`,
    inputsBias: `layers.${layerIndex}.inputs.bias`,
    outputs: `layers.${layerIndex}.outputs.weight`,
    outputsBias: `layers.${layerIndex}.outputs.bias`,
  }),
  finalNormWeight: 'norm.weight',
  finalNormBias: 'norm.bias',
  head: 'head.weight',
  headBias: 'head.bias',
} as const;

/** Every tensor of a model, in the order in which they are stored. */
export function tensorSpecs(architecture: Architecture): TensorSpec[] {
  const { nLayers, hidden, vocabularySize } = architecture;
  const specs: TensorSpec[] = [{ name: tensorNames.embedding, shape: [vocabularySize, hidden] }];
  for (let layerIndex = 0; layerIndex < nLayers; layerIndex++) {
    specs.push(...layerSpecs(architecture, layerIndex));
  }
  return [
    ...specs,
    { name: tensorNames.finalNormWeight, shape: [hidden] },
    { name: tensorNames.finalNormBias, shape: [hidden] },
    { name: tensorNames.head, shape: [vocabularySize, hidden] },
    { name: tensorNames.headBias, shape: [vocabularySize] },
  ];
}

function layerSpecs({ hidden, inner }: Architecture, layerIndex: number): TensorSpec[] {
  const names = tensorNames.layer(layerIndex);
  return [
    { name: names.normWeight, shape: [hidden] },
    { name: names.normBias, shape: [hidden] },
    { name: names.inputs, shape: [3 * hidden + inner, hidden] },
    { name: names.inputsBias, shape: [3 * hidden + inner] },
    { name: names.outputs, shape: [hidden, hidden + inner] },
    { name: names.outputsBias, shape: [hidden] },
  ];
}

export type StoredSizes = {
  /** Bytes of the values: fp32 numbers, or packed integers `[rows, blocks a row, block x bits / 8]`. */
  readonly valuesBytes: number;
  /** Bytes of the fp32 scales `[rows, blocks a row]`; 0 for fp32. */
  readonly scalesBytes: number;
};

/** How many bytes a tensor takes in a form. A row's last block is padded. */
export function storedSizes(shape: TensorSpec['shape'], form: TensorForm): StoredSizes {
  const [rows, columns = 1] = shape;
  if (form.kind === 'fp32') return { valuesBytes: rows * columns * 4, scalesBytes: 0 };
  const nBlocks = rows * blocksPerRow(columns, form.block);
  return { valuesBytes: (nBlocks * form.block * form.bits) / 8, scalesBytes: nBlocks * 4 };
}

export function blocksPerRow(columns: number, block: number): number {
  return Math.ceil(columns / block);
}
