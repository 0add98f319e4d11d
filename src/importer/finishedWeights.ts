/** Which part of a weights file can be kept: as much of it as is what the journal says. */
import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { StoredTensor } from '../model/manifest.ts';
import type { JournalEntry } from './partialFolder.ts';

const CHUNK_BYTES = 1 << 22;

export type FinishedWeights = {
  /** Of the part that is kept. */
  readonly hash: Hash;
  readonly position: number;
  readonly nFinished: number;
};

/** The journal must speak of the first tensors in their order. */
export async function checkFinished(
  file: string,
  journal: readonly JournalEntry[],
  tensors: Readonly<Record<string, StoredTensor>>,
): Promise<FinishedWeights> {
  let finished: FinishedWeights = { hash: createHash('sha256'), position: 0, nFinished: 0 };
  const handle = journal.length === 0 ? undefined : await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return finished;
  try {
    for (const [name, { offset, valuesBytes, scalesBytes }] of Object.entries(tensors)) {
      const entry = journal[finished.nFinished];
      const end = offset + valuesBytes + scalesBytes;
      if (entry?.tensor !== name || entry.endBytes !== end) break;
      const hash = finished.hash.copy();
      if (!(await hashRange(handle, hash, { start: finished.position, end }))) break;
      if (hash.copy().digest('hex') !== entry.sha256) break;
      finished = { hash, position: end, nFinished: finished.nFinished + 1 };
    }
    return finished;
  } finally {
    await handle.close();
  }
}

/** False where the file ends before. */
async function hashRange(
  handle: FileHandle,
  hash: Hash,
  { start, end }: { start: number; end: number },
): Promise<boolean> {
  const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, end - start));
  for (let at = start; at < end;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0) return false;
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return true;
}
