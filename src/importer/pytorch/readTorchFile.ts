/**
 * Which tensors a file of PyTorch's `torch.save` holds, in both of its forms. Nothing in it is run.
 *
 *   since 1.6    a ZIP archive: <root>/data.pkl, and <root>/data/<key> for each storage
 *   before       pickles (magic number, version, facts of the system, state dict, list of keys), then for each key
 *                of the list the number of elements as u64 and the elements
 *
 * Source: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py
 */
import { say } from '../../base/sentence.ts';
import type { SourceFile } from '../sourceFile.ts';
import type { TensorEntry } from '../tensorEntry.ts';
import { isKind, type PickleValue } from './pickle.ts';
import { bytesOf, readPlainPickle, readStateDict, tensorEntries, type Storage } from './stateDict.ts';
import { dataOffset, readZipDirectory, type ZipEntry } from './zipDirectory.ts';

/** Far more than the names and shapes of any model of the family take. */
const MAX_PICKLE_BYTES = 8_000_000;

const ZIP_MAGIC = Buffer.from('PK\x03\x04', 'latin1');
/** A pickle of the number 0x1950a86a20f9469cfc6c. */
const LEGACY_MAGIC = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
const LEGACY_VERSION = 1001;

export async function readTorchFile(file: SourceFile): Promise<Map<string, TensorEntry>> {
  const start = await file.bytes(0, Math.min(file.sizeBytes, LEGACY_MAGIC.length));
  if (start.indexOf(ZIP_MAGIC) === 0) return readArchive(file);
  if (start.equals(LEGACY_MAGIC)) return readLegacy(file);
  return file.fail(
    say`is not a file of PyTorch: it begins neither as a ZIP archive nor as a pickle of torch.save`,
  );
}

async function readArchive(file: SourceFile): Promise<Map<string, TensorEntry>> {
  const directory = await readZipDirectory(file);
  const pickleName = [...directory.keys()].find((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (pickleName === undefined) return file.fail(say`the archive holds no data.pkl`);
  const root = pickleName.slice(0, -'data.pkl'.length);
  await checkByteOrder(file, directory.get(`${root}byteorder`));
  const state = readStateDict(await read(file, directory.get(pickleName)), 0, file);

  const starts = new Map<string, number>();
  for (const [key, storage] of state.storages) {
    const entry = directory.get(`${root}data/${key}`);
    if (entry === undefined) return file.fail(say`the archive lacks storage ${JSON.stringify(key)}`);
    if (entry.sizeBytes !== bytesOf(storage))
      file.fail(
        say`storage ${JSON.stringify(key)} has ${entry.sizeBytes} bytes instead of ${bytesOf(storage)}`,
      );
    starts.set(key, await dataOffset(file, entry));
  }
  return tensorEntries(state, ({ key }) => starts.get(key) ?? 0, file);
}

async function checkByteOrder(file: SourceFile, entry: ZipEntry | undefined): Promise<void> {
  if (entry === undefined) return;
  const order = (await read(file, entry)).toString('latin1');
  if (order !== 'little')
    file.fail(say`its numbers are not in the byte order of this machine, little-endian`);
}

/** A small entry of an archive, whole. */
async function read(file: SourceFile, entry: ZipEntry | undefined): Promise<Buffer> {
  if (entry === undefined) return Buffer.alloc(0);
  if (entry.sizeBytes > MAX_PICKLE_BYTES)
    file.fail(say`its pickle has ${entry.sizeBytes} bytes, more than the ${MAX_PICKLE_BYTES} that are read`);
  return file.bytes(await dataOffset(file, entry), entry.sizeBytes);
}

async function readLegacy(file: SourceFile): Promise<Map<string, TensorEntry>> {
  const head = await file.bytes(0, Math.min(file.sizeBytes, MAX_PICKLE_BYTES));
  const version = readPlainPickle(head, LEGACY_MAGIC.length, file);
  if (version.value !== LEGACY_VERSION)
    file.fail(
      say`has version ${shownNumber(version.value)} of PyTorch's old format; ${LEGACY_VERSION} can be read`,
    );
  const system = readPlainPickle(head, version.end, file);
  if (!isLittleEndian(system.value))
    file.fail(say`its numbers are not in the byte order of this machine, little-endian`);
  const state = readStateDict(head, system.end, file);
  const keys = readPlainPickle(head, state.end, file);
  const starts = await storageStarts(file, storagesOf(keys.value, state.storages, file), keys.end);
  return tensorEntries(
    state,
    ({ key }) => starts.get(key) ?? file.fail(say`its list of storages is not complete`),
    file,
  );
}

/** The storages in the order in which they lie in the file. */
function storagesOf(keys: PickleValue, storages: ReadonlyMap<string, Storage>, file: SourceFile): Storage[] {
  if (!isKind(keys, 'list')) return file.fail(say`has no list of storages`);
  return keys.items.map((key) => {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    return storage ?? file.fail(say`its list of storages names one that no tensor uses`);
  });
}

async function storageStarts(
  file: SourceFile,
  storages: readonly Storage[],
  start: number,
): Promise<Map<string, number>> {
  const COUNT_BYTES = 8;
  const starts = new Map<string, number>();
  let at = start;
  for (const storage of storages) {
    if (starts.has(storage.key))
      file.fail(say`its list of storages names ${JSON.stringify(storage.key)} twice`);
    const nElements = (await file.bytes(at, COUNT_BYTES)).readBigUInt64LE();
    if (nElements !== BigInt(storage.nElements))
      file.fail(
        say`a storage at byte ${at} has ${String(nElements)} elements instead of ${storage.nElements}`,
      );
    starts.set(storage.key, at + COUNT_BYTES);
    at += COUNT_BYTES + bytesOf(storage);
    if (at > file.sizeBytes) file.fail(say`a storage ends at byte ${at}, but the file has ${file.sizeBytes}`);
  }
  return starts;
}

function isLittleEndian(system: PickleValue): boolean {
  if (!isKind(system, 'dict')) return false;
  const at = system.items.indexOf('little_endian');
  return at >= 0 && system.items[at + 1] === true;
}

function shownNumber(value: PickleValue): string {
  return typeof value === 'number' ? String(value) : 'nothing';
}
