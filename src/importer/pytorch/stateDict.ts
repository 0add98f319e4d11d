/**
 * What PyTorch's pickles speak of: storages, which lie outside the pickle, and tensors, which are views of storages.
 * A state dict is an OrderedDict of names and tensors.
 * Source: https://github.com/pytorch/pytorch/blob/main/torch/_utils.py
 */
import { say } from '../../base/sentence.ts';
import type { SourceFile } from '../sourceFile.ts';
import { countElements, ELEMENT_BYTES, type TensorEntry } from '../tensorEntry.ts';
import { isKind, readPickle, type Meanings, type PickleValue } from './pickle.ts';

/** A run of numbers of one type. In the file, its key says which bytes they are. */
export type Storage = { readonly key: string; readonly dtype: string; readonly nElements: number };

export type StateDict = {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Every storage that the pickle speaks of, by its key. */
  readonly storages: ReadonlyMap<string, Storage>;
};

class Tensor {
  readonly storage: Storage;
  readonly shape: readonly number[];
  /** First element in the storage. */
  readonly start: number;
  readonly isScattered: boolean;

  constructor(parts: Omit<Tensor, never>) {
    this.storage = parts.storage;
    this.shape = parts.shape;
    this.start = parts.start;
    this.isScattered = parts.isScattered;
  }
}

/** Types of storages, by PyTorch's names. */
const STORAGE_TYPES: Readonly<Record<string, string>> = {
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.DoubleStorage': 'F64',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};

const CALLS = [
  'collections.OrderedDict',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_parameter',
  'torch.Size',
] as const;

/** Longest piece of a file that an error repeats. */
const SHOWN_CHARACTERS = 60;

/** Reads the state dict of the pickle at `start`, and says where the pickle ends. */
export function readStateDict(
  bytes: Buffer,
  start: number,
  file: SourceFile,
): StateDict & { readonly end: number } {
  const storages = new Map<string, Storage>();
  const { value, end } = readPickle(bytes, start, torchMeanings(file, storages));
  if (!isKind(value, 'dict')) return file.fail(say`its pickle is not a state dict`);
  const tensors = new Map<string, Tensor>();
  for (let at = 0; at < value.items.length; at += 2) {
    const [name, item] = [value.items[at], value.items[at + 1]];
    if (typeof name === 'string' && isKind(item, 'opaque') && item.value instanceof Tensor)
      tensors.set(name, item.value);
  }
  return { tensors, storages, end };
}

/** Reads a pickle that holds plain values: none of PyTorch's. */
export function readPlainPickle(
  bytes: Buffer,
  start: number,
  file: SourceFile,
): { readonly value: PickleValue; readonly end: number } {
  const refuse = () => file.fail(say`its pickle asks for something else than plain values`);
  return readPickle(bytes, start, {
    checkName: refuse,
    call: refuse,
    refer: refuse,
    fail: (problem) => file.fail(problem),
  });
}

/** Entries of the tensors, given where each storage begins in the file. */
export function tensorEntries(
  { tensors }: StateDict,
  startOf: (storage: Storage) => number,
  file: SourceFile,
): Map<string, TensorEntry> {
  const entries = new Map<string, TensorEntry>();
  for (const [name, { storage, shape, start, isScattered }] of tensors) {
    const width = widthOf(storage);
    entries.set(name, {
      file: file.path,
      dtype: storage.dtype,
      shape,
      offset: startOf(storage) + start * width,
      length: countElements(shape) * width,
      ...(isScattered && { isScattered }),
    });
  }
  return entries;
}

export function bytesOf(storage: Storage): number {
  return storage.nElements * widthOf(storage);
}

function widthOf({ dtype }: Storage): number {
  return ELEMENT_BYTES[dtype] ?? 0;
}

function torchMeanings(file: SourceFile, storages: Map<string, Storage>): Meanings {
  return {
    fail: (problem) => file.fail(problem),
    checkName: (name) => {
      if (CALLS.some((known) => known === name) || Object.hasOwn(STORAGE_TYPES, name)) return;
      file.distrust(say`asks for ${shown(name)}, which no state dict needs; nothing of it has been run`);
    },
    call: (name, args) => {
      switch (name as (typeof CALLS)[number]) {
        case 'collections.OrderedDict':
          return args.length === 0
            ? { kind: 'dict', items: [] }
            : file.fail(say`makes an OrderedDict of something`);
        case 'torch._utils._rebuild_tensor_v2':
          return { kind: 'opaque', value: makeTensor(args, file) };
        // A parameter is a tensor that can be trained.
        case 'torch._utils._rebuild_parameter':
          return args[0];
        case 'torch.Size':
          return isKind(args[0], 'tuple')
            ? args[0]
            : file.fail(say`makes a size of something else than a tuple`);
        default:
          return file.fail(say`calls ${shown(name)}, which is the type of a storage`);
      }
    },
    refer: (id) => {
      const storage = makeStorage(id, file);
      const known = storages.get(storage.key);
      if (known !== undefined && (known.dtype !== storage.dtype || known.nElements !== storage.nElements))
        file.fail(say`speaks of storage ${shown(storage.key)} in two ways`);
      storages.set(storage.key, known ?? storage);
      return { kind: 'opaque', value: known ?? storage };
    },
  };
}

/** ('storage', type, key, location, number of elements), and None behind it before PyTorch 1.6. */
function makeStorage(id: PickleValue, file: SourceFile): Storage {
  const [word, type, key, , nElements, view] = isKind(id, 'tuple') ? id.items : [];
  const dtype =
    isKind(type, 'named') && Object.hasOwn(STORAGE_TYPES, type.name) ? STORAGE_TYPES[type.name] : undefined;
  if (word !== 'storage' || dtype === undefined || typeof key !== 'string' || !isCount(nElements))
    return file.fail(say`refers to something else than a storage`);
  if (view !== undefined)
    return file.fail(
      say`storage ${shown(key)} is a part of another one, as versions of PyTorch before 0.4 wrote it`,
    );
  return { key, dtype, nElements };
}

/** (storage, first element, size, stride, requires_grad, hooks) */
function makeTensor([base, start, size, stride]: readonly PickleValue[], file: SourceFile): Tensor {
  const shape = counts(size);
  const strides = counts(stride);
  const storage =
    isKind(base, 'opaque') && !(base.value instanceof Tensor) ? (base.value as Storage) : undefined;
  if (storage === undefined || !isCount(start) || shape === undefined || strides?.length !== shape.length)
    return file.fail(say`describes a tensor in a way that PyTorch does not`);
  const last = shape.reduce((sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 0), 0);
  const end = shape.includes(0) ? start : start + last + 1;
  if (end > storage.nElements)
    file.fail(
      say`a tensor of shape [${shape.join(', ')}] ends at element ${end} of storage ${shown(storage.key)}, which has ${storage.nElements}`,
    );
  return new Tensor({ storage, shape, start, isScattered: !isRowAfterRow(shape, strides) });
}

/** Whether the last axis is dense and every other one steps over whole rows. An axis of length 1 has no steps. */
function isRowAfterRow(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 0;
    if (length !== 1 && strides[axis] !== step) return false;
    step *= length;
  }
  return true;
}

function counts(value: PickleValue): number[] | undefined {
  return isKind(value, 'tuple') && value.items.every(isCount) ? value.items.map(Number) : undefined;
}

function isCount(value: PickleValue): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function shown(text: string): string {
  const quoted = JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
  return text.length > SHOWN_CHARACTERS ? `${quoted}…` : quoted;
}
