/**
 * Checkpoint → model folder: every tensor in turn, a few megabytes of rows at a time, so that memory stays small
 * whatever the size of the model. The folder is complete or absent; the checkpoint is only read. An import that was
 * killed goes on where it was.
 */
import { createHash } from 'node:crypto';
import { present } from '../base/assert.ts';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import type { Architecture } from '../model/architecture.ts';
import type { StoredTensor } from '../model/manifest.ts';
import { FP32, tensorSpecs, type TensorForm, type TensorSpec } from '../model/tensors.ts';
import { Checkpoint } from './checkpoint.ts';
import { describe, type GivenDescription } from './description.ts';
import { convertTensors, type ImportHooks, type TensorTask } from './convertTensors.ts';
import { ModelFolderWriter, planTensors } from './modelFolderWriter.ts';
import { QUANTISER_VERSION } from './quantiser.ts';
import { CONVERTS_HERE, type RowConverter } from './rowConversion.ts';
import { HEAD_BIAS, weightSources } from './weightSources.ts';

export type ImportOptions = {
  /** A folder with `config.json` and weights, or a file with all the weights beside a `config.json`. */
  readonly checkpoint: string;
  /** The model folder to make; it must not exist. */
  readonly out: string;
  /** The form of the matrices, which may be told apart by their names. */
  readonly formOf: (spec: TensorSpec) => TensorForm;
  /** What the checkpoint does not say of itself. */
  readonly description?: GivenDescription;
  /** Who converts the rows; this thread if nobody is named. */
  readonly converter?: RowConverter;
};

/** Returns the size of the weights in bytes. */
export async function importModel(options: ImportOptions, hooks: ImportHooks = {}): Promise<number> {
  try {
    const checkpoint = await Checkpoint.open(options.checkpoint);
    try {
      return await convert(checkpoint, options, hooks);
    } finally {
      await checkpoint.close();
    }
  } catch (error) {
    throw diskError(error);
  }
}

function planFor(
  architecture: Architecture,
  formOf: ImportOptions['formOf'],
): ReturnType<typeof planTensors> {
  return planTensors(architecture, (spec) => (spec.shape.length === 1 ? FP32 : formOf(spec)));
}

async function convert(checkpoint: Checkpoint, options: ImportOptions, hooks: ImportHooks): Promise<number> {
  const { architecture, tokenizer } = checkpoint.config;
  const tensors = planFor(architecture, options.formOf);
  const tasks = planTasks(checkpoint, tensors);
  const writer = await ModelFolderWriter.create(options.out, tensors, await originOf(checkpoint, tensors));
  try {
    const converter = options.converter ?? CONVERTS_HERE;
    await convertTensors(tasks, { checkpoint, writer, converter, hooks });
    return await writer.finish({
      architecture,
      tokenizer,
      ...(await describe(checkpoint.folder, tokenizer, options.description)),
    });
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** What is to be done, in the order of the weights file, once everything is known to be there. */
function planTasks(checkpoint: Checkpoint, tensors: Readonly<Record<string, StoredTensor>>): TensorTask[] {
  const { family, architecture, tiedEmbeddings } = checkpoint.config;
  // Tied weights are stored once. The bias is not tied: a head has one of its own all the same.
  const hasBias = !tiedEmbeddings || checkpoint.has(HEAD_BIAS);
  const sources = weightSources(family, architecture, { weight: !tiedEmbeddings, bias: hasBias });
  return tensorSpecs(architecture).map((spec) => {
    const source = present(sources.get(spec.name), spec.name);
    for (const part of source.parts) if (part.name !== undefined) checkpoint.check(part.name, part.shape);
    return { spec, form: present(tensors[spec.name], spec.name).form, source };
  });
}

/** Tells the weights file, byte for byte: two imports of one origin write the same. */
async function originOf(
  checkpoint: Checkpoint,
  tensors: Readonly<Record<string, StoredTensor>>,
): Promise<string> {
  const { family, architecture, tiedEmbeddings } = checkpoint.config;
  const facts = { QUANTISER_VERSION, family, architecture, tiedEmbeddings, tensors };
  const files = await checkpoint.fileStamps();
  return createHash('sha256')
    .update(JSON.stringify([facts, files]))
    .digest('hex');
}

/** What the system said, as a sentence for the user. Anything else is what it is. */
function diskError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    return new UserError('disk', 'The disk is full. Free some space and import again; nothing was kept.');
  return new UserError(
    'disk',
    say`The system refused (${error.message}). Nothing was kept; try another folder.`,
  );
}
