/** Making folders, how much room there is, and what a failure of the disk means to the user. What is none stays what it is. */
import { mkdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../base/hasCode.ts';
import { say } from '../base/sentence.ts';
import { messageOf, UserError } from '../base/userError.ts';

export function diskFailure(error: unknown, folder: string): unknown {
  if (error instanceof UserError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UserError('disk', say`There is no space left for ${folder}. Free some, and try again.`);
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new UserError(
      'disk',
      say`${folder} cannot be written. Allow that, and try again.`,
      messageOf(error),
    );
  }
  return new UserError(
    'disk',
    say`${folder} cannot be used (${code}). See what is there, and try again.`,
    messageOf(error),
  );
}

/** Runs what writes into `folder`. */
export async function onDisk<T>(folder: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw diskFailure(error, folder);
  }
}

/** Makes a folder and those that it lies in, one by one: all at once, Node says of a read-only disk that it is not there. */
export async function makeFolder(folder: string): Promise<void> {
  await onDisk(folder, async () => {
    const existing = await existingFolder(folder);
    const missing = path.relative(existing, path.resolve(folder)).split(path.sep).filter(Boolean);
    for (const [index] of missing.entries())
      await mkdir(path.join(existing, ...missing.slice(0, index + 1))).catch(unlessThere);
  });
}

/** The nearest that exists of a folder and those that it lies in. */
export async function existingFolder(folder: string): Promise<string> {
  const resolved = path.resolve(folder);
  const isThere = await stat(resolved).then(
    () => true,
    () => false,
  );
  return isThere || path.dirname(resolved) === resolved ? resolved : existingFolder(path.dirname(resolved));
}

/** Of the disk that the folder is or will be on; undefined where the system does not tell. */
export async function freeDiskBytes(folder: string): Promise<number | undefined> {
  return statfs(await existingFolder(folder)).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
}

/** Another window may have made it meanwhile. */
function unlessThere(error: unknown): void {
  if (!hasCode(error, 'EEXIST')) throw error;
}

/** undefined where there is no such file. */
export async function sizeOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}
