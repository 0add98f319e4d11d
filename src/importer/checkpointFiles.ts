/** Finds the tensors of a checkpoint: one file or shards with an index, of safetensors or of PyTorch. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Fields, parseJson } from '../base/fields.ts';
import { say, type Sentence } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { readTorchFile } from './pytorch/readTorchFile.ts';
import { readSafetensorsHeader } from './safetensors.ts';
import { SourceFile } from './sourceFile.ts';
import type { TensorEntry } from './tensorEntry.ts';

type Entries = ReadonlyMap<string, TensorEntry>;
type Reader = (file: SourceFile) => Promise<Entries>;

/** In order: where a checkpoint has both forms, the one without pickles is read. */
const FORMS: readonly { readonly single: string; readonly index: string; readonly read: Reader }[] = [
  { single: 'model.safetensors', index: 'model.safetensors.index.json', read: readSafetensorsHeader },
  { single: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json', read: readTorchFile },
];

/** Far more than any configuration or index has. */
const MAX_JSON_BYTES = 50_000_000;

/** The tensors of a folder. */
export async function findTensors(folder: string): Promise<Entries> {
  const files = await readdir(folder);
  for (const { single, index, read } of FORMS) {
    if (files.includes(single)) return SourceFile.using(path.join(folder, single), read);
    if (files.includes(index)) return readShards({ folder, files, index, read });
  }
  const [safetensors, torch] = FORMS.map(({ single }) => single);
  return badCheckpoint(
    say`${folder} has neither ${safetensors} nor ${torch}, nor the index of several; other formats cannot be imported`,
  );
}

/** The tensors of a single file. */
export async function readTensors(file: string): Promise<Entries> {
  return SourceFile.using(file, file.endsWith('.safetensors') ? readSafetensorsHeader : readTorchFile);
}

type Shards = {
  readonly folder: string;
  readonly files: readonly string[];
  readonly index: string;
  readonly read: Reader;
};

/** The index says which shard holds which tensor; each shard must be there and hold what is said of it. */
async function readShards({ folder, files, index, read }: Shards): Promise<Entries> {
  const source = { file: index, code: 'bad-checkpoint' } as const;
  const map = new Fields(parseJson(await readText(folder, index), source), source).object('weight_map');
  const shards = new Map<string, Entries>();
  const entries = new Map<string, TensorEntry>();
  for (const name of map.keys()) {
    const shard = map.string(name);
    // Compared with the listing, so that a name with a path in it is never followed.
    if (!files.includes(shard)) badCheckpoint(say`the shard ${shard} is missing`);
    const held = shards.get(shard) ?? (await SourceFile.using(path.join(folder, shard), read));
    shards.set(shard, held);
    entries.set(
      name,
      held.get(name) ?? badCheckpoint(say`${shard} does not hold ${name}, although ${index} says so`),
    );
  }
  return entries;
}

/** A text file of the folder. */
export async function readText(folder: string, name: string): Promise<string> {
  const file = path.join(folder, name);
  const info = await stat(file).catch(() => undefined);
  if (info === undefined) badCheckpoint(say`${folder} has no ${name}`);
  else if (!info.isFile()) badCheckpoint(say`${name} is not a file`);
  else if (info.size > MAX_JSON_BYTES)
    badCheckpoint(say`${name} has ${info.size} bytes, more than the ${MAX_JSON_BYTES} that are read`);
  return readFile(file, 'utf8');
}

export function badCheckpoint(problem: Sentence): never {
  throw new UserError('bad-checkpoint', say`The checkpoint cannot be imported: ${problem}.`);
}
