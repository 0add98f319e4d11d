/**
 * A checkpoint on disk: which tensors there are, in one file or in shards, and their values as fp32.
 * Values are read in runs of rows, so a tensor of any size needs little memory.
 */
import { open, readdir, readFile, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { present } from '../base/assert.ts';
import { Fields, parseJson } from '../base/fields.ts';
import { say, type Sentence } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { CONFIG_FILE, parseCheckpointConfig, type CheckpointConfig } from './checkpointConfig.ts';
import { toFloat32 } from './floatFormats.ts';
import {
  DTYPE_BYTES,
  readFully,
  readSafetensorsHeader,
  type Dtype,
  type TensorEntry,
} from './safetensors.ts';

const SINGLE_FILE = 'model.safetensors';
const INDEX_FILE = 'model.safetensors.index.json';

/** Far more than any configuration or index has. */
const MAX_JSON_BYTES = 50_000_000;

export class Checkpoint {
  readonly folder: string;
  readonly config: CheckpointConfig;
  readonly #entries: ReadonlyMap<string, TensorEntry>;
  readonly #handles = new Map<string, FileHandle>();

  private constructor(folder: string, config: CheckpointConfig, entries: ReadonlyMap<string, TensorEntry>) {
    this.folder = folder;
    this.config = config;
    this.#entries = entries;
  }

  /** `location` is a folder, or a safetensors file in one. */
  static async open(location: string): Promise<Checkpoint> {
    const info = await stat(location).catch(() => undefined);
    if (info === undefined)
      throw new UserError('bad-argument', say`${location} does not exist. Name a folder with a checkpoint.`);
    const folder = info.isDirectory() ? location : path.dirname(location);
    const config = parseCheckpointConfig(await readText(folder, CONFIG_FILE));
    const entries = info.isDirectory() ? await readEntries(folder) : await readSafetensorsHeader(location);
    return new Checkpoint(folder, config, entries);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Fails where the tensor is missing, of another shape, or of a type that holds no weights. */
  check(name: string, shape: readonly number[]): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return bad(say`the tensor ${name} is missing`);
    if (entry.shape.join() !== shape.join()) {
      const found = `[${entry.shape.join(', ')}]`;
      bad(say`${placeOf(name, entry)} has shape ${found}, but ${CONFIG_FILE} asks for [${shape.join(', ')}]`);
    }
    if (!Object.hasOwn(DTYPE_BYTES, entry.dtype))
      bad(say`${placeOf(name, entry)} is of type ${entry.dtype}; F32, F16 and BF16 can be read`);
  }

  /** Numbers `first` up to `end` of a tensor, row after row, as fp32. NaN and infinity are refused by name. */
  async read(name: string, first: number, end: number): Promise<Float32Array> {
    const entry = present(this.#entries.get(name), name);
    const { file, dtype, offset } = entry;
    const width = DTYPE_BYTES[dtype as Dtype];
    const bytes = new Uint8Array((end - first) * width);
    await readFully(await this.#handle(file), bytes, { file, position: offset + first * width });
    const values = toFloat32(bytes, dtype as Dtype);
    const strange = values.findIndex((value) => !Number.isFinite(value));
    if (strange >= 0)
      bad(say`${placeOf(name, entry)} holds ${values[strange]} at element ${first + strange}`);
    return values;
  }

  async close(): Promise<void> {
    for (const handle of this.#handles.values()) await handle.close();
    this.#handles.clear();
  }

  async #handle(file: string): Promise<FileHandle> {
    const known = this.#handles.get(file);
    if (known !== undefined) return known;
    const handle = await open(file, 'r');
    this.#handles.set(file, handle);
    return handle;
  }
}

async function readEntries(folder: string): Promise<Map<string, TensorEntry>> {
  const files = await readdir(folder);
  if (files.includes(SINGLE_FILE)) return readSafetensorsHeader(path.join(folder, SINGLE_FILE));
  if (!files.includes(INDEX_FILE)) {
    bad(say`${folder} has neither ${SINGLE_FILE} nor ${INDEX_FILE}; other formats cannot be imported yet`);
  }
  return readShards(folder, files);
}

/** The index says which shard holds which tensor; each shard must be there and hold what is said of it. */
async function readShards(folder: string, files: readonly string[]): Promise<Map<string, TensorEntry>> {
  const source = { file: INDEX_FILE, code: 'bad-checkpoint' } as const;
  const map = new Fields(parseJson(await readText(folder, INDEX_FILE), source), source).object('weight_map');
  const shards = new Map<string, Map<string, TensorEntry>>();
  const entries = new Map<string, TensorEntry>();
  for (const name of map.keys()) {
    const shard = map.string(name);
    // Compared with the listing, so that a name with a path in it is never followed.
    if (!files.includes(shard)) bad(say`the shard ${shard} is missing`);
    const held = shards.get(shard) ?? (await readSafetensorsHeader(path.join(folder, shard)));
    shards.set(shard, held);
    entries.set(
      name,
      held.get(name) ?? bad(say`${shard} does not hold ${name}, although ${INDEX_FILE} says so`),
    );
  }
  return entries;
}

async function readText(folder: string, name: string): Promise<string> {
  const file = path.join(folder, name);
  const info = await stat(file).catch(() => undefined);
  if (info === undefined) bad(say`${folder} has no ${name}`);
  else if (!info.isFile()) bad(say`${name} is not a file`);
  else if (info.size > MAX_JSON_BYTES)
    bad(say`${name} has ${info.size} bytes, more than the ${MAX_JSON_BYTES} that are read`);
  return readFile(file, 'utf8');
}

function placeOf(tensor: string, { file }: TensorEntry): string {
  return `${tensor} in ${path.basename(file)}`;
}

function bad(problem: Sentence | string): never {
  throw new UserError('bad-checkpoint', say`The checkpoint cannot be imported: ${problem}.`);
}
