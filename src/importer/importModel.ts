/**
 * Checkpoint → model folder: every tensor in turn, a few megabytes of rows at a time, so that memory stays small
 * whatever the size of the model. The folder is complete or absent; the checkpoint is only read.
 */
import { present } from '../base/assert.ts';
import { say } from '../base/sentence.ts';
import { cancelled, UserError } from '../base/userError.ts';
import { FP32, tensorSpecs, type TensorForm, type TensorSpec } from '../model/tensors.ts';
import { Checkpoint } from './checkpoint.ts';
import { checkpointShape, gptjWeights, HEAD_BIAS, type Part, type WeightSource } from './gptjWeights.ts';
import { describe, type GivenDescription } from './description.ts';
import { ModelFolderWriter, planTensors } from './modelFolderWriter.ts';
import { quantiseRows } from './quantiser.ts';

/** Numbers that are read and converted at once. */
const CHUNK_ELEMENTS = 1 << 21;

export type ImportOptions = {
  /** A folder with `config.json` and safetensors, or one such file. */
  readonly checkpoint: string;
  /** The model folder to make; it must not exist. */
  readonly out: string;
  /** The form of the matrices, which may be told apart by their names. */
  readonly formOf: (spec: TensorSpec) => TensorForm;
  /** What the checkpoint does not say of itself. */
  readonly description?: GivenDescription;
};

export type ImportProgress = {
  readonly tensor: string;
  readonly doneElements: number;
  readonly totalElements: number;
};

export type ImportHooks = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
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

async function convert(checkpoint: Checkpoint, options: ImportOptions, hooks: ImportHooks): Promise<number> {
  const { architecture, tokenizer, tiedEmbeddings } = checkpoint.config;
  // Tied weights are stored once. The bias is not tied: a head has one of its own all the same.
  const hasBias = !tiedEmbeddings || checkpoint.has(HEAD_BIAS);
  const sources = gptjWeights(architecture, { weight: !tiedEmbeddings, bias: hasBias });
  const specs = tensorSpecs(architecture);
  for (const spec of specs) checkParts(checkpoint, spec, present(sources.get(spec.name), spec.name));

  const tensors = planTensors(architecture, (spec) =>
    spec.shape.length === 1 ? FP32 : options.formOf(spec),
  );
  const writer = await ModelFolderWriter.create(options.out, tensors);
  try {
    const job = new ImportJob(checkpoint, writer, hooks, specs);
    for (const spec of specs) {
      await job.convert(
        spec,
        present(tensors[spec.name], spec.name).form,
        present(sources.get(spec.name), spec.name),
      );
    }
    job.report('');
    return await writer.finish({
      architecture,
      tokenizer,
      ...(await describe(checkpoint.folder, options.description)),
    });
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

function checkParts(checkpoint: Checkpoint, spec: TensorSpec, { parts }: WeightSource): void {
  for (const part of parts)
    if (part.name !== undefined) checkpoint.check(part.name, checkpointShape(part, spec));
}

class ImportJob {
  readonly #checkpoint: Checkpoint;
  readonly #writer: ModelFolderWriter;
  readonly #hooks: ImportHooks;
  readonly #totalElements: number;
  #doneElements = 0;

  constructor(
    checkpoint: Checkpoint,
    writer: ModelFolderWriter,
    hooks: ImportHooks,
    specs: readonly TensorSpec[],
  ) {
    this.#checkpoint = checkpoint;
    this.#writer = writer;
    this.#hooks = hooks;
    this.#totalElements = specs.reduce((sum, { shape }) => sum + shape[0] * (shape[1] ?? 1), 0);
  }

  /** Writes one tensor: its values as they come, then the scales of all of them. */
  async convert({ name, shape }: TensorSpec, form: TensorForm, source: WeightSource): Promise<void> {
    const [rows, columns = 1] = shape;
    const rowsAtOnce = Math.max(1, Math.floor(CHUNK_ELEMENTS / columns));
    const scales: Float32Array[] = [];
    for (let first = 0; first < rows; first += rowsAtOnce) {
      this.report(name);
      const end = Math.min(rows, first + rowsAtOnce);
      const values = await readRows(this.#checkpoint, source, first, end);
      if (form.kind === 'fp32') await this.#writer.append(name, bytesOf(values));
      else {
        const quantised = quantiseRows(values, columns, form);
        scales.push(quantised.scales);
        await this.#writer.append(name, quantised.values);
      }
      this.#doneElements += values.length;
    }
    for (const part of scales) await this.#writer.append(name, bytesOf(part));
  }

  /** Tells how far it is, unless it has been cancelled. */
  report(tensor: string): void {
    if (this.#hooks.signal?.aborted === true) throw cancelled();
    this.#hooks.onProgress?.({
      tensor,
      doneElements: this.#doneElements,
      totalElements: this.#totalElements,
    });
  }
}

/** Rows `first` up to `end` of a tensor that the checkpoint holds in parts. */
async function readRows(
  checkpoint: Checkpoint,
  { arrange, parts }: WeightSource,
  first: number,
  end: number,
): Promise<Float32Array> {
  const rowsOf = async ({ name, columns }: Part, from: number, to: number): Promise<Float32Array> =>
    name === undefined
      ? new Float32Array((to - from) * columns)
      : checkpoint.read(name, from * columns, to * columns);

  if (arrange === 'join') {
    const pieces = await Promise.all(parts.map((part) => rowsOf(part, first, end)));
    return interleave(pieces, end - first);
  }
  const pieces: Float32Array[] = [];
  let start = 0;
  for (const part of parts) {
    const from = Math.max(first, start) - start;
    const to = Math.min(end, start + part.rows) - start;
    if (from < to) pieces.push(await rowsOf(part, from, to));
    start += part.rows;
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : interleave(pieces, 1);
}

/** Lays matrices of `nRows` rows side by side. */
function interleave(pieces: readonly Float32Array[], nRows: number): Float32Array {
  const columns = pieces.reduce((sum, piece) => sum + piece.length / nRows, 0);
  const joined = new Float32Array(nRows * columns);
  let start = 0;
  for (const piece of pieces) {
    const width = piece.length / nRows;
    for (let row = 0; row < nRows; row++) {
      joined.set(piece.subarray(row * width, (row + 1) * width), row * columns + start);
    }
    start += width;
  }
  return joined;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
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
