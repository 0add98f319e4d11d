/** Reads a checkpoint's `config.json` (Hugging Face's GPT-J configuration). */
import { Fields, parseJson } from '../base/fields.ts';
import { say, type Sentence } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { architectureProblem, type Architecture } from '../model/architecture.ts';
import { TOKENIZERS, type TokenizerName } from '../tokenizer/tokenizerName.ts';

export const CONFIG_FILE = 'config.json';

export type CheckpointConfig = {
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

const DEFAULT_EPSILON = 1e-5;
const SOURCE = { file: CONFIG_FILE, code: 'bad-checkpoint' } as const;

export function parseCheckpointConfig(text: string): CheckpointConfig {
  const fields = new Fields(parseJson(text, SOURCE), SOURCE);
  const modelType = fields.string('model_type');
  if (modelType !== 'gptj') bad(say`model_type is "${modelType}"; only "gptj" checkpoints can be imported`);
  const activation = fields.has('activation_function') ? fields.string('activation_function') : 'gelu_new';
  if (activation !== 'gelu_new') bad(say`activation_function is "${activation}"; GPT-J has "gelu_new"`);

  const hidden = fields.count('n_embd');
  const architecture: Architecture = {
    nLayers: fields.count('n_layer'),
    hidden,
    nHeads: fields.count('n_head'),
    inner: fields.has('n_inner') ? fields.count('n_inner') : 4 * hidden,
    rotaryDim: fields.has('rotary_dim')
      ? fields.count('rotary_dim')
      : Math.floor(hidden / fields.count('n_head')),
    vocabularySize: fields.count('vocab_size'),
    nPositions: fields.count('n_positions'),
    layerNormEpsilon: fields.has('layer_norm_epsilon')
      ? fields.number('layer_norm_epsilon')
      : DEFAULT_EPSILON,
  };
  const problem = architectureProblem(architecture, (size) => CONFIG_NAMES[size]);
  if (problem !== undefined) bad(problem);
  return {
    architecture,
    tokenizer: fields.has('tokenizer') ? fields.oneOf('tokenizer', TOKENIZERS) : 'gpt2',
    tiedEmbeddings: fields.has('tie_word_embeddings') && fields.boolean('tie_word_embeddings'),
  };
}

function bad(problem: Sentence | string): never {
  throw new UserError('bad-checkpoint', say`${CONFIG_FILE}: ${problem}.`);
}
