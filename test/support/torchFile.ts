/** Files as PyTorch's `torch.save` writes them, in both of its forms: good ones, and ones that are spoilt on the way. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { smallCheckpoint, type RawCheckpoint, type RawTensor } from './checkpoint.ts';
import { expectRefusal } from './importRefusal.ts';
import {
  call,
  dict,
  int,
  list,
  named,
  no,
  none,
  pickle,
  reference,
  text,
  tuple,
  opcode,
} from './pickleBytes.ts';
import type { Pickled } from './pickleBytes.ts';
import { storedArchive, type ArchiveOptions, type StoredFile } from './storedArchive.ts';

export const TORCH_FILE = 'pytorch_model.bin';

const STORAGES: Readonly<Record<string, readonly [name: string, width: number]>> = {
  F32: ['torch.FloatStorage', 4],
  F16: ['torch.HalfStorage', 2],
  BF16: ['torch.BFloat16Storage', 2],
  I64: ['torch.LongStorage', 8],
  BOOL: ['torch.BoolStorage', 1],
};

/** What a pickle says of a tensor. */
export type View = {
  readonly dtype: string;
  readonly key: string;
  readonly nStored: number;
  readonly start: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
};

export type TorchParts = {
  readonly views: Record<string, View>;
  readonly storages: Record<string, Uint8Array>;
};

/** Each tensor in a storage of its own. */
export function torchParts(tensors: Readonly<Record<string, RawTensor>>): TorchParts {
  const parts: TorchParts = { views: {}, storages: {} };
  for (const [index, [name, { dtype, shape, bytes }]] of Object.entries(tensors).entries()) {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    const nStored = bytes.length / STORAGES[dtype]![1];
    parts.views[name] = { dtype, key: `${index}`, nStored, start: 0, shape, strides };
    parts.storages[`${index}`] = bytes;
  }
  return parts;
}

/** @param isOld whether the reference has the sixth part that it had before version 1.6 */
export function tensorPickle(view: View, isOld = false): Pickled {
  const { dtype, key, nStored, start, shape, strides } = view;
  const storage = [text('storage'), named(STORAGES[dtype]![0]), text(key), text('cpu'), int(nStored)];
  return call(
    'torch._utils._rebuild_tensor_v2',
    reference(tuple(...storage, ...(isOld ? [none] : []))),
    int(start),
    tuple(...shape.map(int)),
    tuple(...strides.map(int)),
    no,
    call('collections.OrderedDict'),
  );
}

export function statePickle({ views }: TorchParts, isOld = false): Buffer {
  return pickle(
    dict(...Object.entries(views).map(([name, view]) => [name, tensorPickle(view, isOld)] as const)),
  );
}

/** The files of an archive, which may be changed before it is written. */
export function archiveFiles(parts: TorchParts): Record<string, StoredFile> {
  const storages = Object.entries(parts.storages).map(
    ([key, bytes]) => [`model/data/${key}`, { bytes }] as const,
  );
  return {
    'model/data.pkl': { bytes: statePickle(parts) },
    ...Object.fromEntries(storages),
    'model/version': { bytes: Buffer.from('3\n') },
  };
}

export function torchArchive(parts: TorchParts): Buffer {
  return storedArchive(Object.entries(archiveFiles(parts)));
}

export const smallTorch = (): TorchParts => torchParts(smallCheckpoint().tensors);

/** The small checkpoint, with other files in its archive. */
export function spoiltArchive(
  change: (files: Record<string, StoredFile>) => unknown,
  options: ArchiveOptions = {},
): Buffer {
  const files = archiveFiles(smallTorch());
  change(files);
  return storedArchive(Object.entries(files), options);
}

/** The archive of the small checkpoint, but with this in its pickle. */
export function archiveOfPickle(value: Pickled): Buffer {
  return spoiltArchive((files) => (files['model/data.pkl'] = { bytes: pickle(value) }));
}

export const LEGACY_START = Buffer.concat([
  Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex'),
  pickle(int(1001)),
]);

export const LEGACY_SYSTEM = pickle(dict(['protocol_version', int(1001)], ['little_endian', opcode('\x88')]));

/** The form from before version 1.6. `keys` is what the file says of the order of its storages. */
export function legacyFile(
  parts: TorchParts,
  { keys = Object.keys(parts.storages).sort(), system = LEGACY_SYSTEM } = {},
): Buffer {
  const counts = Object.fromEntries(Object.values(parts.views).map(({ key, nStored }) => [key, nStored]));
  const storages = Object.keys(parts.storages)
    .sort()
    .flatMap((key) => {
      const count = Buffer.alloc(8);
      count.writeBigUInt64LE(BigInt(counts[key] ?? 0));
      return [count, parts.storages[key]!];
    });
  const pickles = [statePickle(parts, true), pickle(list(...keys.map(text)))];
  return Buffer.concat([LEGACY_START, system, ...pickles, ...storages]);
}

/** Writes a checkpoint whose weights are these bytes. */
export async function writeTorchCheckpoint(
  folder: string,
  { config }: Pick<RawCheckpoint, 'config'>,
  bytes: Uint8Array,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(path.join(folder, TORCH_FILE), bytes);
}

/** @param parts what the message must name */
export async function expectTorchRefusal(bytes: Uint8Array, parts: string[]): Promise<void> {
  await expectRefusal((folder) => writeTorchCheckpoint(folder, smallCheckpoint(), bytes), parts);
}
