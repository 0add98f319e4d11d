/**
 * Remembers over the death of a process what it was about to try. A native crash takes the whole extension host
 * with it, VS Code starts that again at once, and gives up on every extension after the third time in five minutes.
 * So what was being tried when a process died is not tried again until the user asks for it.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DEVICES, type Device } from './device.ts';

/** A model on a device: what may end the process. */
export type Attempt = { readonly modelFolder: string; readonly device: Device };

const FILE = /^starting-(\d+)$/;

export class StartLatch {
  readonly #folder: string;
  readonly #ownFile: string;

  /** @param folder a folder of the extension's own; made when it is needed */
  constructor(folder: string, pid = process.pid) {
    this.#folder = folder;
    this.#ownFile = path.join(folder, `starting-${pid}`);
  }

  /** What processes that are no more were trying. */
  held(): Attempt[] {
    return this.#leftovers().flatMap((file) => readAttempt(file) ?? []);
  }

  /** Call before something that may crash. Written at once: there may be no later. */
  set(attempt: Attempt): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#ownFile, JSON.stringify(attempt));
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

/** A file that cannot be read was written in the moment of the crash: the worst is assumed. */
function readAttempt(file: string): Attempt | undefined {
  try {
    const { modelFolder, device } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Attempt>;
    const known = DEVICES.find((name) => name === device);
    return { modelFolder: String(modelFolder), device: known ?? 'cpu' };
  } catch (error) {
    // Another window has released it meanwhile.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    return { modelFolder: '', device: 'cpu' };
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
