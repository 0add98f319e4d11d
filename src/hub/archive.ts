/** Takes some files out of a zip archive, by their exact names: nothing in the archive says where they go. */
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry } from 'yauzl';
import { say } from '../base/sentence.ts';
import { cancelled, messageOf, UserError } from '../base/userError.ts';
import { diskFailure } from './disk.ts';

/** Larger than any library of the runtime's. */
const MAX_FILE_BYTES = 2_000_000_000;

/** @param wanted paths in the archive; each file is written into `folder` under its last name */
export async function extractFiles(
  archive: string,
  wanted: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const missing = new Set(wanted);
  const zip = await openPromise(archive, { autoClose: false }).catch((error: unknown) => {
    throw damaged(archive, error);
  });
  try {
    for await (const entry of zip.eachEntry()) {
      if (!missing.delete(entry.fileName)) continue;
      checkEntry(archive, entry);
      const source = await zip.openReadStreamPromise(entry);
      await write(source, path.join(folder, path.posix.basename(entry.fileName)), signal);
    }
  } catch (error) {
    if (signal?.aborted === true) throw cancelled();
    throw error instanceof UserError ? error : damaged(archive, error);
  } finally {
    zip.close();
  }
  if (missing.size > 0) throw damaged(archive, `without ${[...missing].join(', ')}`);
}

async function write(source: Readable, file: string, signal: AbortSignal | undefined): Promise<void> {
  const target = createWriteStream(file, { flags: 'wx', flush: true });
  let diskError: unknown;
  target.on('error', (error) => (diskError = error));
  try {
    await pipeline(source, target, signal === undefined ? {} : { signal });
  } catch (error) {
    throw error === diskError ? diskFailure(error, path.dirname(file)) : error;
  }
}

function checkEntry(archive: string, { fileName, uncompressedSize }: Entry): void {
  if (uncompressedSize > MAX_FILE_BYTES) throw damaged(archive, `${fileName} has ${uncompressedSize} bytes`);
}

function damaged(archive: string, error: unknown): UserError {
  return new UserError(
    'network',
    say`The package ${path.basename(archive)} is not as expected, so nothing was kept. Try again later.`,
    messageOf(error),
  );
}
