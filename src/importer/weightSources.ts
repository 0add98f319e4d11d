/**
 * Where each tensor of a model folder comes from in a Hugging Face checkpoint of GPT-J or CodeGen: the fused matrices
 * are several of the checkpoint's, or parts of one, above or beside one another.
 */
import type { Architecture } from '../model/architecture.ts';
import { tensorNames, type TensorSpec } from '../model/tensors.ts';
import { CODEGEN_GROUPS, type Family } from './checkpointConfig.ts';

/** Rows of a tensor of the checkpoint. */
export type NamedPart = {
  readonly name: string;
  /** Of the tensor that they are rows of. */
  readonly shape: readonly number[];
  readonly firstRow: number;
  readonly rows: number;
  /** 1 for a vector. */
  readonly columns: number;
};

/** Zeros where the family has no bias. */
type Zeros = { readonly name: undefined; readonly rows: number; readonly columns: 1 };

export type Part = NamedPart | Zeros;

/** `stack`: the parts lie above one another (more rows). `join`: beside one another (longer rows). */
export type WeightSource = { readonly arrange: 'stack' | 'join'; readonly parts: readonly Part[] };

/** What of the output head the checkpoint holds itself; its weights may be the embedding's, its bias none. */
export type OwnHead = { readonly weight: boolean; readonly bias: boolean };

/** Maps the name of a stored tensor to its source. */
export function weightSources(
  family: Family,
  architecture: Architecture,
  head: OwnHead,
): Map<TensorSpec['name'], WeightSource> {
  const { nLayers, hidden, vocabularySize } = architecture;
  const headWeight = head.weight ? 'lm_head.weight' : EMBEDDING;
  const sources = new Map<string, WeightSource>([
    [tensorNames.embedding, stack(matrix(EMBEDDING, vocabularySize, hidden))],
    [tensorNames.finalNormWeight, stack(vector('transformer.ln_f.weight', hidden))],
    [tensorNames.finalNormBias, stack(vector('transformer.ln_f.bias', hidden))],
    [tensorNames.head, stack(matrix(headWeight, vocabularySize, hidden))],
    [tensorNames.headBias, stack(head.bias ? vector(HEAD_BIAS, vocabularySize) : zeros(vocabularySize))],
  ]);
  for (let layerIndex = 0; layerIndex < nLayers; layerIndex++) {
    for (const [name, source] of layerWeights(family, architecture, layerIndex)) sources.set(name, source);
  }
  return sources;
}

const EMBEDDING = 'transformer.wte.weight';
export const HEAD_BIAS = 'lm_head.bias';

function layerWeights(
  family: Family,
  { hidden, inner }: Architecture,
  layerIndex: number,
): [string, WeightSource][] {
  const names = tensorNames.layer(layerIndex);
  const layer = `transformer.h.${layerIndex}`;
  const projections =
    family === 'codegen'
      ? fusedProjections(`${layer}.attn.qkv_proj.weight`, hidden)
      : ['q', 'k', 'v'].map((letter) => matrix(`${layer}.attn.${letter}_proj.weight`, hidden, hidden));
  const outProjection = matrix(`${layer}.attn.out_proj.weight`, hidden, hidden);
  return [
    [names.normWeight, stack(vector(`${layer}.ln_1.weight`, hidden))],
    [names.normBias, stack(vector(`${layer}.ln_1.bias`, hidden))],
    [names.inputs, stack(...projections, matrix(`${layer}.mlp.fc_in.weight`, inner, hidden))],
    [names.inputsBias, stack(zeros(3 * hidden), vector(`${layer}.mlp.fc_in.bias`, inner))],
    [names.outputs, join(outProjection, matrix(`${layer}.mlp.fc_out.weight`, hidden, inner))],
    [names.outputsBias, stack(vector(`${layer}.mlp.fc_out.bias`, hidden))],
  ];
}

/**
 * CodeGen's one projection as q, k and v. Its rows are groups of heads, and each group has its rows of
 * query, value and key, in that order:  q₀ v₀ k₀ | q₁ v₁ k₁ | q₂ v₂ k₂ | q₃ v₃ k₃
 */
function fusedProjections(name: string, hidden: number): NamedPart[] {
  const rows = hidden / CODEGEN_GROUPS;
  const [query, value, key] = [0, 1, 2];
  return [query, key, value].flatMap((place) =>
    Array.from({ length: CODEGEN_GROUPS }, (_, group) => ({
      ...matrix(name, 3 * hidden, hidden),
      firstRow: (3 * group + place) * rows,
      rows,
    })),
  );
}

function matrix(name: string, rows: number, columns: number): NamedPart {
  return { name, shape: [rows, columns], firstRow: 0, rows, columns };
}

function vector(name: string, rows: number): NamedPart {
  return { name, shape: [rows], firstRow: 0, rows, columns: 1 };
}

function zeros(rows: number): Zeros {
  return { name: undefined, rows, columns: 1 };
}

function stack(...parts: Part[]): WeightSource {
  return { arrange: 'stack', parts };
}

function join(...parts: Part[]): WeightSource {
  return { arrange: 'join', parts };
}
