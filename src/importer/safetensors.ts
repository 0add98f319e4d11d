/**
 * Reads the header of a safetensors file: u64 length, JSON, data. Nothing is believed: every number is checked
 * against the size of the file before anything is allocated.
 * Source: https://github.com/huggingface/safetensors#format
 */
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { Fields, parseJson } from '../base/fields.ts';
import { say, type Sentence } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';

export const DTYPE_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;
export type Dtype = keyof typeof DTYPE_BYTES;

/** A tensor in a file. `dtype` may be one that is never read, like that of a buffer of masks. */
export type TensorEntry = {
  readonly file: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte in the file, and how many there are. */
  readonly offset: number;
  readonly length: number;
};

const LENGTH_BYTES = 8;

/** The limit of the format's own implementation. */
const MAX_HEADER_BYTES = 100_000_000;

const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  ...DTYPE_BYTES,
  ...{
    F64: 8,
    I64: 8,
    U64: 8,
    I32: 4,
    U32: 4,
    I16: 2,
    U16: 2,
    I8: 1,
    U8: 1,
    BOOL: 1,
    F8_E4M3: 1,
    F8_E5M2: 1,
  },
};

export async function readSafetensorsHeader(file: string): Promise<Map<string, TensorEntry>> {
  // Looked at before it is opened: opening a pipe would wait for somebody to write to it.
  const { size } = await regularFile(file);
  const handle = await open(file, 'r');
  try {
    const headerBytes = await readHeaderLength(handle, size, file);
    const header = Buffer.alloc(headerBytes);
    await readFully(handle, header, { file, position: LENGTH_BYTES });
    return parseHeader(header.toString('utf8'), {
      file,
      dataStart: LENGTH_BYTES + headerBytes,
      fileBytes: size,
    });
  } finally {
    await handle.close();
  }
}

async function regularFile(file: string): Promise<{ size: number }> {
  const info = await stat(file).catch(() => undefined);
  return info?.isFile() === true ? info : bad(file, 'is not a file that can be read');
}

type Readable = {
  read(target: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
};

/** Fills `target` from `position` on, or fails: a file may have become shorter since its size was taken. */
export async function readFully(
  handle: Readable,
  target: Uint8Array,
  { file, position }: { file: string; position: number },
): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0)
      bad(file, say`ends at byte ${position + done}, before the data that its header tells of`);
    done += bytesRead;
  }
}

async function readHeaderLength(handle: Readable, fileBytes: number, file: string): Promise<number> {
  if (fileBytes < LENGTH_BYTES) bad(file, say`has ${fileBytes} bytes, too few for a safetensors file`);
  const bytes = Buffer.alloc(LENGTH_BYTES);
  await readFully(handle, bytes, { file, position: 0 });
  const length = bytes.readBigUInt64LE();
  const room = Math.min(fileBytes - LENGTH_BYTES, MAX_HEADER_BYTES);
  if (length > room)
    bad(file, say`says that its header has ${String(length)} bytes, where at most ${room} are possible`);
  return Number(length);
}

type HeaderPlace = { readonly file: string; readonly dataStart: number; readonly fileBytes: number };

function parseHeader(text: string, place: HeaderPlace): Map<string, TensorEntry> {
  const name = path.basename(place.file);
  const source = { file: name, code: 'bad-checkpoint' } as const;
  const fields = new Fields(parseJson(text, source), source);
  const entries = new Map<string, TensorEntry>();
  for (const key of fields.keys()) {
    if (key !== '__metadata__') entries.set(key, parseEntry(key, fields.object(key), place));
  }
  checkLayout(entries, place);
  return entries;
}

function parseEntry(key: string, fields: Fields, { file, dataStart, fileBytes }: HeaderPlace): TensorEntry {
  const dtype = fields.string('dtype');
  const shape = fields.counts('shape');
  const [begin, end, ...more] = fields.counts('data_offsets');
  if (begin === undefined || end === undefined || more.length > 0)
    return bad(file, say`${key} needs two offsets`);
  if (!Object.hasOwn(ELEMENT_BYTES, dtype)) bad(file, say`${key} has the unknown type ${dtype}`);
  const length = elements(shape) * (ELEMENT_BYTES[dtype] ?? 0);
  if (end - begin !== length)
    bad(file, say`${key} has ${end - begin} bytes, but its shape and type need ${length}`);
  if (dataStart + end > fileBytes)
    bad(file, say`${key} ends at byte ${dataStart + end}, but the file has ${fileBytes}`);
  return { file, dtype, shape, offset: dataStart + begin, length };
}

/** Beyond 2^53 the product is inexact, but then it is larger than any offset. */
function elements(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

/** The data must be covered once, without overlaps, gaps or a rest. */
function checkLayout(
  entries: ReadonlyMap<string, TensorEntry>,
  { file, dataStart, fileBytes }: HeaderPlace,
): void {
  let end = dataStart;
  let previous = 'the header';
  for (const [key, { offset, length }] of [...entries].sort(
    ([, a], [, b]) => a.offset - b.offset || a.length - b.length,
  )) {
    if (offset < end) bad(file, say`${key} overlaps ${previous}`);
    if (offset > end) bad(file, say`there are ${offset - end} unexplained bytes before ${key}`);
    end = offset + length;
    previous = key;
  }
  if (end !== fileBytes) bad(file, say`the header explains ${end} bytes, but the file has ${fileBytes}`);
}

function bad(file: string, problem: Sentence | string): never {
  throw new UserError(
    'bad-checkpoint',
    say`${path.basename(file)}: ${problem}. Download the checkpoint again.`,
  );
}
