/**
 * A checkpoint on disk: which tensors there are, whatever files they lie in, and their bytes, which are read in runs of
 * rows, so that a tensor of any size needs little memory.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { present } from '../base/assert.ts';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { CONFIG_FILE, parseCheckpointConfig, type CheckpointConfig } from './checkpointConfig.ts';
import { badCheckpoint, findTensors, readTensors, readText } from './checkpointFiles.ts';
import { SourceFile } from './sourceFile.ts';
import { DTYPE_BYTES, type Dtype, type TensorEntry } from './tensorEntry.ts';
import { tokenizerOfFiles } from './tokenizerFiles.ts';

/** Numbers as they lie in a file. */
export type RawNumbers = { readonly dtype: Dtype; readonly bytes: Uint8Array<ArrayBuffer> };

export class Checkpoint {
  readonly folder: string;
  readonly config: CheckpointConfig;
  readonly #entries: ReadonlyMap<string, TensorEntry>;
  readonly #files = new Map<string, Promise<SourceFile>>();

  private constructor(folder: string, config: CheckpointConfig, entries: ReadonlyMap<string, TensorEntry>) {
    this.folder = folder;
    this.config = config;
    this.#entries = entries;
  }

  /** `location` is a folder, or a file with all the weights in one. */
  static async open(location: string): Promise<Checkpoint> {
    const info = await stat(location).catch(() => undefined);
    if (info === undefined)
      throw new UserError('bad-argument', say`${location} does not exist. Name a folder with a checkpoint.`);
    const folder = info.isDirectory() ? location : path.dirname(location);
    const config = parseCheckpointConfig(await readText(folder, CONFIG_FILE), await tokenizerOfFiles(folder));
    const entries = info.isDirectory() ? await findTensors(folder) : await readTensors(location);
    return new Checkpoint(folder, config, entries);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Fails where the tensor is missing, of another shape, or of a type or layout that cannot be read. */
  check(name: string, shape: readonly number[]): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return badCheckpoint(say`the tensor ${name} is missing`);
    if (entry.shape.join() !== shape.join()) {
      const found = `[${entry.shape.join(', ')}]`;
      badCheckpoint(
        say`${placeOf(name, entry)} has shape ${found}, but ${CONFIG_FILE} asks for [${shape.join(', ')}]`,
      );
    }
    if (!Object.hasOwn(DTYPE_BYTES, entry.dtype))
      badCheckpoint(say`${placeOf(name, entry)} is of type ${entry.dtype}; F32, F16 and BF16 can be read`);
    if (entry.isScattered === true)
      badCheckpoint(
        say`${placeOf(name, entry)} does not lie row after row; save the checkpoint again with contiguous tensors`,
      );
  }

  /** Numbers `first` up to `end` of a tensor, row after row. */
  async read(name: string, first: number, end: number): Promise<RawNumbers> {
    const { file, dtype, offset } = present(this.#entries.get(name), name);
    const width = DTYPE_BYTES[dtype as Dtype];
    const source = await this.#open(file);
    return {
      dtype: dtype as Dtype,
      bytes: await source.bytes(offset + first * width, (end - first) * width),
    };
  }

  /** Says that a number of a tensor is none. */
  refuse(name: string, element: number, value: number): never {
    const entry = present(this.#entries.get(name), name);
    return badCheckpoint(say`${placeOf(name, entry)} holds ${value} at element ${element}`);
  }

  /** What tells that the files are still the same: their names, sizes and times. */
  async fileStamps(): Promise<readonly string[]> {
    const files = new Set([...this.#entries.values()].map(({ file }) => file));
    return Promise.all(
      [...files].sort().map(async (file) => {
        const { size, mtimeMs } = await stat(file);
        return `${path.resolve(file)} ${size} ${mtimeMs}`;
      }),
    );
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#files.values());
    this.#files.clear();
    for (const file of opened) if (file.status === 'fulfilled') await file.value.close();
  }

  async #open(file: string): Promise<SourceFile> {
    const opening = this.#files.get(file) ?? SourceFile.open(file);
    this.#files.set(file, opening);
    return opening;
  }
}

function placeOf(tensor: string, { file }: TensorEntry): string {
  return `${tensor} in ${path.basename(file)}`;
}
