/**
 * Which tokenizer a checkpoint was trained with, by the files beside it: CodeGen has been converted to GPT-J's form,
 * and then its configuration says nothing of the tokens for runs of whitespace that it knows.
 */
import { readdir } from 'node:fs/promises';
import { Fields, parseJson, type Source } from '../base/fields.ts';
import type { TokenizerName } from '../tokenizer/tokenizerName.ts';
import { readText } from './checkpointFiles.ts';

const ADDED_TOKENS_FILE = 'added_tokens.json';
const TOKENIZER_FILE = 'tokenizer.json';
const TOKENIZER_CONFIG_FILE = 'tokenizer_config.json';

/** CodeGen's token for two spaces. GPT-J's own added tokens stand for nothing. */
const TWO_SPACES = '  ';
const TWO_SPACES_ID = 50_286;

/** undefined where no file tells it. */
export async function tokenizerOfFiles(folder: string): Promise<TokenizerName | undefined> {
  const files = await readdir(folder);
  const fieldsOf = async (file: string): Promise<Fields | undefined> => {
    if (!files.includes(file)) return undefined;
    const source: Source = { file, code: 'bad-checkpoint' };
    return new Fields(parseJson(await readText(folder, file), source), source);
  };
  const config = await fieldsOf(TOKENIZER_CONFIG_FILE);
  const name = config?.has('tokenizer_class') === true ? config.string('tokenizer_class') : undefined;
  if (name?.startsWith('CodeGen') === true) return 'codegen';
  const added = await fieldsOf(ADDED_TOKENS_FILE);
  if (added !== undefined)
    return added.has(TWO_SPACES) && added.count(TWO_SPACES) === TWO_SPACES_ID ? 'codegen' : 'gpt2';
  const tokenizer = await fieldsOf(TOKENIZER_FILE);
  if (tokenizer?.has('added_tokens') !== true) return undefined;
  const isTwoSpaces = (token: Fields) =>
    token.string('content') === TWO_SPACES && token.count('id') === TWO_SPACES_ID;
  return tokenizer.objects('added_tokens').some(isTwoSpaces) ? 'codegen' : 'gpt2';
}
