/** Reads a checkpoint's `config.json` (Hugging Face's configuration of GPT-J or CodeGen). */
import { Fields, parseJson } from '../base/fields.ts';
import { say, type Sentence } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { architectureProblem, type Architecture } from '../model/architecture.ts';
import { TOKENIZERS, type TokenizerName } from '../tokenizer/tokenizerName.ts';

export const CONFIG_FILE = 'config.json';

/** The families that can be imported; both become the same model folder. */
const FAMILIES = ['gptj', 'codegen'] as const;
export type Family = (typeof FAMILIES)[number];

export type CheckpointConfig = {
  readonly family: Family;
  readonly architecture: Architecture;
  readonly tokenizer: TokenizerName;
  /** The output head is the embedding again. */
  readonly tiedEmbeddings: boolean;
};

/** What this file calls the sizes. */
const CONFIG_NAMES: Readonly<Record<keyof Architecture, string>> = {
  nLayers: 'n_layer',
  hidden: 'n_embd',
  nHeads: 'n_head',
  inner: 'n_inner',
  rotaryDim: 'rotary_dim',
  vocabularySize: 'vocab_size',
  nPositions: 'n_positions',
  layerNormEpsilon: 'layer_norm_epsilon',
};

/** It was trained on as many chips, and each wrote the rows of its own heads. */
export const CODEGEN_GROUPS = 4;

const DEFAULT_EPSILON = 1e-5;
const SOURCE = { file: CONFIG_FILE, code: 'bad-checkpoint' } as const;

/** @param shownTokenizer the one that the files of a tokenizer show, where there are any */
export function parseCheckpointConfig(text: string, shownTokenizer?: TokenizerName): CheckpointConfig {
  const fields = new Fields(parseJson(text, SOURCE), SOURCE);
  const family = parseFamily(fields);
  const activation = fields.has('activation_function') ? fields.string('activation_function') : 'gelu_new';
  if (activation !== 'gelu_new')
    bad(say`activation_function is "${activation}"; GPT-J and CodeGen have "gelu_new"`);

  const architecture = parseArchitecture(fields);
  const problem =
    architectureProblem(architecture, (size) => CONFIG_NAMES[size]) ?? groupProblem(family, architecture);
  if (problem !== undefined) bad(problem);
  return {
    family,
    architecture,
    tokenizer: fields.has('tokenizer')
      ? fields.oneOf('tokenizer', TOKENIZERS)
      : (shownTokenizer ?? TOKENIZER_OF[family]),
    tiedEmbeddings: fields.has('tie_word_embeddings') && fields.boolean('tie_word_embeddings'),
  };
}

const TOKENIZER_OF: Readonly<Record<Family, TokenizerName>> = { gptj: 'gpt2', codegen: 'codegen' };

function parseFamily(fields: Fields): Family {
  const modelType = fields.string('model_type');
  const family = FAMILIES.find((known) => known === modelType);
  return (
    family ?? bad(say`model_type is "${modelType}"; only "gptj" and "codegen" checkpoints can be imported`)
  );
}

function parseArchitecture(fields: Fields): Architecture {
  const hidden = fields.count('n_embd');
  const nHeads = fields.count('n_head');
  return {
    nLayers: fields.count('n_layer'),
    hidden,
    nHeads,
    inner: fields.has('n_inner') ? fields.count('n_inner') : 4 * hidden,
    rotaryDim: fields.has('rotary_dim') ? fields.count('rotary_dim') : Math.floor(hidden / nHeads),
    vocabularySize: fields.count('vocab_size'),
    nPositions: fields.count('n_positions'),
    layerNormEpsilon: fields.has('layer_norm_epsilon')
      ? fields.number('layer_norm_epsilon')
      : DEFAULT_EPSILON,
  };
}

/** CodeGen's fused projection holds its heads in four groups. */
function groupProblem(family: Family, { nHeads }: Architecture): Sentence | undefined {
  if (family !== 'codegen' || nHeads % CODEGEN_GROUPS === 0) return undefined;
  return say`${CONFIG_NAMES.nHeads} is ${nHeads}; CodeGen has its heads in ${CODEGEN_GROUPS} groups`;
}

function bad(problem: Sentence): never {
  throw new UserError('bad-checkpoint', say`${CONFIG_FILE}: ${problem}.`);
}
