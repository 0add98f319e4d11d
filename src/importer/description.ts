/** What a model folder says of the model beside its numbers: name, languages, prompts, licence, card. */
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Fields, parseJson } from '../base/fields.ts';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { MODEL_CARD_FILE } from '../model/manifest.ts';
import { DEFAULT_PROMPTS, parsePrompts } from '../model/prompts.ts';
import type { TokenizerName } from '../tokenizer/tokenizerName.ts';
import type { Description } from './modelFolderWriter.ts';

/** The part that somebody who imports a checkpoint may give; the rest comes from the checkpoint, or is a default. */
export type GivenDescription = Partial<
  Pick<Description, 'name' | 'languages' | 'prompts' | 'licence' | 'modelCard'>
>;

/** Where a model completes unless its maker says otherwise. */
const DEFAULT_LANGUAGES = ['python', 'sql'];

/** What the names of CodeGen's checkpoints tell of what they were trained on last. */
const CODEGEN_LANGUAGES: readonly (readonly [name: RegExp, languages: readonly string[]])[] = [
  [/(?<![a-z])mono(?![a-z])/i, ['python']],
  [/(?<![a-z])multi(?![a-z])/i, ['c', 'cpp', 'go', 'java', 'javascript', 'python']],
];

/** Longest model card that is kept. */
const MAX_CARD_BYTES = 1_000_000;

/** Reads a description from a JSON file; `modelCard` names a Markdown file beside it. */
export async function readDescription(file: string): Promise<GivenDescription> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new UserError('bad-argument', say`${file} cannot be read. Name a JSON file.`);
  const source = { file: path.basename(file), code: 'bad-argument' } as const;
  const fields = new Fields(parseJson(text, source), source);
  const card = fields.has('modelCard')
    ? await readCard(path.join(path.dirname(file), path.basename(fields.string('modelCard'))))
    : undefined;
  return {
    ...(card !== undefined && { modelCard: card }),
    ...(fields.has('name') && { name: fields.string('name') }),
    ...(fields.has('languages') && { languages: fields.strings('languages') }),
    ...(fields.has('licence') && { licence: fields.string('licence') }),
    ...(fields.has('prompts') && { prompts: parsePrompts(fields.object('prompts')) }),
  };
}

/** Completes a description with what the checkpoint's folder says. */
export async function describe(
  folder: string,
  tokenizer: TokenizerName,
  given: GivenDescription = {},
): Promise<Omit<Description, 'architecture' | 'tokenizer'>> {
  const modelCard =
    given.modelCard ??
    (await readCard(path.join(folder, MODEL_CARD_FILE))) ??
    `Imported from ${path.basename(folder)}; the checkpoint had no model card.\n`;
  const name = given.name ?? path.basename(path.resolve(folder));
  return {
    name,
    languages: given.languages ?? languagesOf(name, tokenizer),
    prompts: given.prompts ?? DEFAULT_PROMPTS,
    // A hub's model card begins with a block of YAML that names the licence.
    licence: given.licence ?? /^---\n(?:(?!---).*\n)*?license:[ \t]*(\S+)/.exec(modelCard)?.[1] ?? 'unknown',
    modelCard,
  };
}

/** CodeGen in GPT-J's form, too, is known by its tokenizer. */
function languagesOf(name: string, tokenizer: TokenizerName): readonly string[] {
  if (tokenizer !== 'codegen') return DEFAULT_LANGUAGES;
  return CODEGEN_LANGUAGES.find(([pattern]) => pattern.test(name))?.[1] ?? DEFAULT_LANGUAGES;
}

/** The beginning of a model card, or undefined where there is none. */
async function readCard(file: string): Promise<string | undefined> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const target = Buffer.alloc(MAX_CARD_BYTES);
    const { bytesRead } = await handle.read(target, 0, target.length, 0);
    return target.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
