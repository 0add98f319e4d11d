/** A file system of its own in a folder, where the machine lets a test mount one. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type SmallDisk = {
  /** Mounts it again with other options: `size=8m`, `ro`. */
  readonly remount: (options: string) => Promise<void>;
  readonly unmount: () => Promise<void>;
};

/** undefined where this user may not, or the system has no tmpfs. */
export async function mountSmallDisk(folder: string, options: string): Promise<SmallDisk | undefined> {
  await mkdir(folder, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  } catch {
    return undefined;
  }
  return {
    remount: async (others) => {
      await run('mount', ['-o', `remount,${others}`, folder]);
    },
    unmount: async () => {
      await run('umount', [folder]);
    },
  };
}
