/**
 * One process at a time works in a folder. Its number stands in a file that is touched again and again, so that one who
 * died, or whose number somebody else has since, stands in nobody's way.
 */
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../base/hasCode.ts';
import { isAlive } from '../base/isAlive.ts';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';

const LOCK_FILE = 'lock';
const TOUCH_MS = 5_000;
/** Nobody is silent for this long, unless the machine slept. */
const SILENT_MS = 2 * 60_000;

export class FolderLock {
  readonly #file: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(file: string) {
    this.#file = file;
    const touch = () => void utimes(file, new Date(), new Date()).catch(() => undefined);
    this.#timer = setInterval(touch, TOUCH_MS).unref();
  }

  static async take(folder: string): Promise<FolderLock> {
    const file = path.join(folder, LOCK_FILE);
    if (await isStale(file)) await rm(file, { force: true });
    const handle = await open(file, 'wx').catch((error: unknown) => {
      throw hasCode(error, 'EEXIST') ? inUse() : error;
    });
    await handle.writeFile(String(process.pid));
    await handle.close();
    return new FolderLock(file);
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await rm(this.#file, { force: true });
  }
}

async function isStale(file: string): Promise<boolean> {
  const info = await stat(file).catch(() => undefined);
  if (info === undefined) return false;
  const isSilent = Date.now() - info.mtimeMs > SILENT_MS;
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  return isSilent || (pid > 0 && !isAlive(pid));
}

function inUse(): UserError {
  return new UserError(
    'bad-argument',
    say`This model is being fetched already, here or in another window. Wait for it to end, or try again in a few minutes.`,
  );
}
