/** Whether the files of a model folder are what was written: their sizes, and their bytes by a checksum. */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { cancelled } from '../base/userError.ts';
import type { StoredFile } from './manifest.ts';
import { parseManifestOf } from './modelFolder.ts';

/** `nothing-to-compare`: the manifest keeps no checksum of it, so that only its size could be looked at. */
export type FileState = 'as-written' | 'changed' | 'of-another-size' | 'missing' | 'nothing-to-compare';

export type VerifiedFile = { readonly name: string; readonly state: FileState };

export type VerifyHooks = {
  readonly signal?: AbortSignal;
  readonly onProgress?: ((doneShare: number) => void) | undefined;
};

const CHUNK_BYTES = 1 << 22;
const SHA256 = /^[0-9a-f]{64}$/;

export async function verifyFolder(folder: string, hooks: VerifyHooks = {}): Promise<VerifiedFile[]> {
  const { files } = await parseManifestOf(folder);
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let doneBytes = 0;
  const onBytes = (nBytes: number) => hooks.onProgress?.((doneBytes += nBytes) / totalBytes);
  const verified: VerifiedFile[] = [];
  for (const file of files) {
    const state = await stateOf(path.join(folder, path.basename(file.name)), file, {
      ...hooks,
      onBytes,
    });
    verified.push({ name: file.name, state });
  }
  return verified;
}

type HashHooks = Pick<VerifyHooks, 'signal'> & { readonly onBytes: (nBytes: number) => void };

async function stateOf(
  place: string,
  { sizeBytes, sha256 }: StoredFile,
  hooks: HashHooks,
): Promise<FileState> {
  const handle = await open(place, 'r').catch(() => undefined);
  if (handle === undefined) return 'missing';
  try {
    if ((await handle.stat()).size !== sizeBytes) return 'of-another-size';
    if (!SHA256.test(sha256)) return 'nothing-to-compare';
    return (await hashOf(handle, hooks)) === sha256 ? 'as-written' : 'changed';
  } finally {
    await handle.close();
  }
}

/** The next chunk is being read while one is hashed, which takes about as long. */
async function hashOf(handle: FileHandle, { signal, onBytes }: HashHooks): Promise<string> {
  const hash = createHash('sha256');
  const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)] as const;
  const read = (index: number) => handle.read(buffers[index % 2 === 0 ? 0 : 1], 0, CHUNK_BYTES);
  let next = read(0);
  for (let index = 1; ; index++) {
    const { bytesRead, buffer } = await next;
    if (bytesRead === 0) return hash.digest('hex');
    if (signal?.aborted === true) throw cancelled();
    next = read(index);
    hash.update(buffer.subarray(0, bytesRead));
    onBytes(bytesRead);
  }
}
