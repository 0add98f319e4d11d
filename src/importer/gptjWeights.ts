/**
 * Where each tensor of a model folder comes from in a Hugging Face GPT-J checkpoint: the fused matrices are
 * several of the checkpoint's, above or beside one another.
 */
import type { Architecture } from '../model/architecture.ts';
import { tensorNames, type TensorSpec } from '../model/tensors.ts';

/** A tensor of the checkpoint, or zeros where GPT-J has no bias. */
export type Part = { readonly name: string | undefined; readonly rows: number; readonly columns: number };

/**
 * `stack`: the parts lie above one another (more rows). `join`: beside one another (longer rows).
 * Vectors are matrices of one column.
 */
export type WeightSource = { readonly arrange: 'stack' | 'join'; readonly parts: readonly Part[] };

/**
 * Maps the name of a stored tensor to its source.
 * @param head what of the output head the checkpoint holds itself; its weights may be the embedding's, its bias none
 */
export function gptjWeights(
  architecture: Architecture,
  head: { readonly weight: boolean; readonly bias: boolean },
): Map<string, WeightSource> {
  const { nLayers, hidden, vocabularySize } = architecture;
  const sources = new Map<string, WeightSource>([
    [tensorNames.embedding, stack(part(EMBEDDING, vocabularySize, hidden))],
    [tensorNames.finalNormWeight, stack(part('transformer.ln_f.weight', hidden))],
    [tensorNames.finalNormBias, stack(part('transformer.ln_f.bias', hidden))],
    [tensorNames.head, stack(part(head.weight ? 'lm_head.weight' : EMBEDDING, vocabularySize, hidden))],
    [tensorNames.headBias, stack(part(head.bias ? HEAD_BIAS : undefined, vocabularySize))],
  ]);
  for (let layerIndex = 0; layerIndex < nLayers; layerIndex++) {
    for (const [name, source] of layerWeights(architecture, layerIndex)) sources.set(name, source);
  }
  return sources;
}

const EMBEDDING = 'transformer.wte.weight';
export const HEAD_BIAS = 'lm_head.bias';

function layerWeights({ hidden, inner }: Architecture, layerIndex: number): [string, WeightSource][] {
  const names = tensorNames.layer(layerIndex);
  const theirs = (name: string) => `transformer.h.${layerIndex}.${name}`;
  const projection = (name: string) => part(theirs(`attn.${name}_proj.weight`), hidden, hidden);
  return [
    [names.normWeight, stack(part(theirs('ln_1.weight'), hidden))],
    [names.normBias, stack(part(theirs('ln_1.bias'), hidden))],
    [
      names.inputs,
      stack(
        projection('q'),
        projection('k'),
        projection('v'),
        part(theirs('mlp.fc_in.weight'), inner, hidden),
      ),
    ],
    [names.inputsBias, stack(part(undefined, 3 * hidden), part(theirs('mlp.fc_in.bias'), inner))],
    [names.outputs, join(projection('out'), part(theirs('mlp.fc_out.weight'), hidden, inner))],
    [names.outputsBias, stack(part(theirs('mlp.fc_out.bias'), hidden))],
  ];
}

/** The shape that a part must have in the checkpoint. */
export function checkpointShape({ rows, columns }: Part, { shape }: TensorSpec): number[] {
  return shape.length === 1 ? [rows] : [rows, columns];
}

function part(name: string | undefined, rows: number, columns = 1): Part {
  return { name, rows, columns };
}

function stack(...parts: Part[]): WeightSource {
  return { arrange: 'stack', parts };
}

function join(...parts: Part[]): WeightSource {
  return { arrange: 'join', parts };
}
