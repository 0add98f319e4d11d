/**
 * Remembers over the death of the process what was being started. A native crash takes the whole extension host
 * with it, VS Code starts that again at once, and gives up on every extension after the third time in five minutes.
 * So what was being started when a process died is not started again until the user asks for it.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FILE = /^starting-(\d+)$/;

export class StartLatch {
  readonly #folder: string;
  readonly #ownFile: string;

  /** @param folder a folder of the extension's own; made when it is needed */
  constructor(folder: string, pid = process.pid) {
    this.#folder = folder;
    this.#ownFile = path.join(folder, `starting-${pid}`);
  }

  /** What a process that is no more was starting, or undefined. */
  held(): string | undefined {
    const [file] = this.#leftovers();
    return file === undefined ? undefined : readFileSync(file, 'utf8');
  }

  /** Call before something that may crash. Written at once: there may be no later. */
  set(what: string): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#ownFile, what);
  }

  /** Call when it went well, or when this process is about to end because it was asked to. */
  clear(): void {
    rmSync(this.#ownFile, { force: true });
  }

  /** The user wants it tried again. */
  release(): void {
    for (const file of this.#leftovers()) rmSync(file, { force: true });
  }

  #leftovers(): string[] {
    let names: string[];
    try {
      names = readdirSync(this.#folder);
    } catch {
      return [];
    }
    return names
      .filter((name) => isDead(Number(FILE.exec(name)?.[1])))
      .map((name) => path.join(this.#folder, name));
  }
}

function isDead(pid: number): boolean {
  if (Number.isNaN(pid) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
