/**
 * Which bytes of a ZIP archive are which of its files, for archives that pack nothing, as PyTorch writes them.
 *
 * Weights are read in ranges all over an archive of gigabytes, so what is needed is an offset, and no stream: a reader
 * of archives in general gives streams, opens files by itself, and unpacks. What is left is the directory.
 * Source: APPNOTE.TXT, 4.3 and 4.5.3, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 *
 *   files … | directory | [zip64 end record | zip64 locator] | end record | comment
 */
import { say } from '../../base/sentence.ts';
import type { SourceFile } from '../sourceFile.ts';

export type ZipEntry = { readonly headerOffset: number; readonly sizeBytes: number };

const LOCAL_HEADER = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;

const LOCAL_HEADER_BYTES = 30;
const ENTRY_BYTES = 46;
const END_BYTES = 22;
const ZIP64_END_BYTES = 56;
const ZIP64_LOCATOR_BYTES = 20;
const MAX_COMMENT_BYTES = 0xffff;

/** What stands where a number does not fit: it is in a zip64 record then. */
const ELSEWHERE_16 = 0xffff;
const ELSEWHERE_32 = 0xffffffff;

/** A hundred bytes for each tensor. */
const MAX_DIRECTORY_BYTES = 4_000_000;

/** Bit 0 of the flags. */
const ENCRYPTED = 1;
const STORED = 0;

export async function readZipDirectory(file: SourceFile): Promise<Map<string, ZipEntry>> {
  const { start, length, nEntries } = await findDirectory(file);
  if (length > MAX_DIRECTORY_BYTES || start + length > file.sizeBytes)
    file.fail(say`the directory of the archive has ${length} bytes at byte ${start}, which cannot be`);
  const directory = await file.bytes(start, length);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let index = 0; index < nEntries; index++) {
    const { name, entry, end } = readEntry(directory, at, file);
    if (entries.has(name)) file.fail(say`the archive holds ${JSON.stringify(name)} twice`);
    if (entry.headerOffset + LOCAL_HEADER_BYTES + entry.sizeBytes > start)
      file.fail(say`${JSON.stringify(name)} does not lie before the directory of the archive`);
    entries.set(name, entry);
    at = end;
  }
  return entries;
}

/** Where the bytes of an entry begin: behind a header whose length only the header itself tells. */
export async function dataOffset(file: SourceFile, { headerOffset, sizeBytes }: ZipEntry): Promise<number> {
  const header = await file.bytes(headerOffset, LOCAL_HEADER_BYTES);
  if (header.readUInt32LE(0) !== LOCAL_HEADER)
    file.fail(say`no file of the archive begins at byte ${headerOffset}`);
  const offset = headerOffset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (offset + sizeBytes > file.sizeBytes)
    file.fail(say`${sizeBytes} bytes at byte ${offset} are not all there: the file has ${file.sizeBytes}`);
  return offset;
}

type Directory = { readonly start: number; readonly length: number; readonly nEntries: number };

async function findDirectory(file: SourceFile): Promise<Directory> {
  const tailBytes = Math.min(file.sizeBytes, END_BYTES + MAX_COMMENT_BYTES + ZIP64_LOCATOR_BYTES);
  const tail = await file.bytes(file.sizeBytes - tailBytes, tailBytes);
  const end = lastEndRecord(tail);
  if (end === undefined) return file.fail(say`the archive has no end record: it has been cut off`);
  const nEntries = tail.readUInt16LE(end + 10);
  const length = tail.readUInt32LE(end + 12);
  const start = tail.readUInt32LE(end + 16);
  const locator = end - ZIP64_LOCATOR_BYTES;
  if (locator >= 0 && tail.readUInt32LE(locator) === ZIP64_LOCATOR)
    return readZip64End(file, Number(tail.readBigUInt64LE(locator + 8)));
  if (nEntries === ELSEWHERE_16 || length === ELSEWHERE_32 || start === ELSEWHERE_32)
    return file.fail(say`the archive lacks its zip64 end record`);
  return { start, length, nEntries };
}

/** The record must end where the comment that it tells of does. */
function lastEndRecord(tail: Buffer): number | undefined {
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) === END && at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length)
      return at;
  }
  return undefined;
}

async function readZip64End(file: SourceFile, offset: number): Promise<Directory> {
  const record = await file.bytes(offset, ZIP64_END_BYTES);
  if (record.readUInt32LE(0) !== ZIP64_END) file.fail(say`there is no zip64 end record at byte ${offset}`);
  return {
    nEntries: Number(record.readBigUInt64LE(32)),
    length: Number(record.readBigUInt64LE(40)),
    start: Number(record.readBigUInt64LE(48)),
  };
}

type FoundEntry = { readonly name: string; readonly entry: ZipEntry; readonly end: number };

function readEntry(directory: Buffer, at: number, file: SourceFile): FoundEntry {
  if (at + ENTRY_BYTES > directory.length || directory.readUInt32LE(at) !== ENTRY)
    return file.fail(say`the directory of the archive is damaged`);
  const nameEnd = at + ENTRY_BYTES + directory.readUInt16LE(at + 28);
  const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
  const end = extraEnd + directory.readUInt16LE(at + 32);
  if (end > directory.length) return file.fail(say`the directory of the archive is damaged`);

  const name = directory.toString('utf8', at + ENTRY_BYTES, nameEnd);
  if ((directory.readUInt16LE(at + 8) & ENCRYPTED) !== 0)
    file.fail(say`${JSON.stringify(name)} is encrypted`);
  if (directory.readUInt16LE(at + 10) !== STORED)
    file.fail(say`${JSON.stringify(name)} is compressed, which PyTorch does not do`);
  // In this order, and only those that did not fit.
  const large = readZip64Extra(directory.subarray(nameEnd, extraEnd));
  const take = (value: number) => (value === ELSEWHERE_32 ? (large.shift() ?? value) : value);
  const sizeBytes = take(directory.readUInt32LE(at + 24));
  const packedBytes = take(directory.readUInt32LE(at + 20));
  const headerOffset = take(directory.readUInt32LE(at + 42));
  if (sizeBytes !== packedBytes) file.fail(say`${JSON.stringify(name)} has two sizes in the directory`);
  return { name, entry: { headerOffset, sizeBytes }, end };
}

/** The 64-bit numbers of the extra field 1, where there is one. */
function readZip64Extra(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    const content = extra.subarray(at + 4, at + 4 + length);
    if (extra.readUInt16LE(at) === 1)
      return Array.from({ length: Math.floor(content.length / 8) }, (_, index) =>
        Number(content.readBigUInt64LE(8 * index)),
      );
    at += 4 + length;
  }
  return [];
}
