/**
 * Reads the header of a safetensors file: u64 length, JSON, data. Nothing is believed: every number is checked
 * against the size of the file before anything is allocated.
 * Source: https://github.com/huggingface/safetensors#format
 */
import path from 'node:path';
import { Fields, parseJson } from '../base/fields.ts';
import { say } from '../base/sentence.ts';
import { badFile, type SourceFile } from './sourceFile.ts';
import { countElements, ELEMENT_BYTES, type TensorEntry } from './tensorEntry.ts';

const LENGTH_BYTES = 8;

/** The limit of the format's own implementation. */
const MAX_HEADER_BYTES = 100_000_000;

export async function readSafetensorsHeader(file: SourceFile): Promise<Map<string, TensorEntry>> {
  const headerBytes = await readHeaderLength(file);
  const header = await file.bytes(LENGTH_BYTES, headerBytes);
  return parseHeader(header.toString('utf8'), {
    file: file.path,
    dataStart: LENGTH_BYTES + headerBytes,
    fileBytes: file.sizeBytes,
  });
}

async function readHeaderLength(file: SourceFile): Promise<number> {
  const { sizeBytes } = file;
  if (sizeBytes < LENGTH_BYTES) file.fail(say`has ${sizeBytes} bytes, too few for a safetensors file`);
  const length = (await file.bytes(0, LENGTH_BYTES)).readBigUInt64LE();
  const room = Math.min(sizeBytes - LENGTH_BYTES, MAX_HEADER_BYTES);
  if (length > room)
    file.fail(say`says that its header has ${String(length)} bytes, where at most ${room} are possible`);
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
    return badFile(file, say`${key} needs two offsets`);
  if (!Object.hasOwn(ELEMENT_BYTES, dtype)) badFile(file, say`${key} has the unknown type ${dtype}`);
  const length = countElements(shape) * (ELEMENT_BYTES[dtype] ?? 0);
  if (end - begin !== length)
    badFile(file, say`${key} has ${end - begin} bytes, but its shape and type need ${length}`);
  if (dataStart + end > fileBytes)
    badFile(file, say`${key} ends at byte ${dataStart + end}, but the file has ${fileBytes}`);
  return { file, dtype, shape, offset: dataStart + begin, length };
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
    if (offset < end) badFile(file, say`${key} overlaps ${previous}`);
    if (offset > end) badFile(file, say`there are ${offset - end} unexplained bytes before ${key}`);
    end = offset + length;
    previous = key;
  }
  if (end !== fileBytes) badFile(file, say`the header explains ${end} bytes, but the file has ${fileBytes}`);
}
