/**
 * Remembers over the death of a process what it was about to try. A native crash takes the whole extension host
 * with it, VS Code starts that again at once, and gives up on every extension after the third time in five minutes.
 * So what was being tried when a process died is not tried again in the same way until the user asks for it.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasCode } from '../base/hasCode.ts';
import { isAlive } from '../base/isAlive.ts';
import { DEVICES, type Device } from './device.ts';

/** A model on a device: what may end the process. */
export type Attempt = { readonly modelFolder: string; readonly device: Device };

const UNREADABLE: Attempt = { modelFolder: '', device: 'cpu' };

export type HeldAttempt = Attempt & {
  /** The user has not been told of it. */
  readonly isNew: boolean;
};

/** `starting`: by a process that may still live. `crashed`: by one that is dead, and the user knows. */
const FILE = /^(starting|crashed)-(\d+)$/;

type Leftover = { readonly file: string; readonly pid: number; readonly isNew: boolean };

export class StartLatch {
  readonly #folder: string;
  readonly #pid: number;

  /** @param folder a folder of the extension's own; made when it is needed */
  constructor(folder: string, pid = process.pid) {
    this.#folder = folder;
    this.#pid = pid;
  }

  /** The same for another process: one that this one has started. */
  of(pid: number): StartLatch {
    return new StartLatch(this.#folder, pid);
  }

  /** What processes that are no more were trying. */
  held(): HeldAttempt[] {
    return this.#leftovers().flatMap(({ file, isNew }) => {
      const attempt = readAttempt(file);
      return attempt === undefined ? [] : [{ ...attempt, isNew }];
    });
  }

  /** Call before something that may crash. Written at once: there may be no later. */
  set(attempt: Attempt): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#file('starting', this.#pid), JSON.stringify(attempt));
  }

  /** Call when it went well, or when this process is about to end because it was asked to. */
  clear(): void {
    rmSync(this.#file('starting', this.#pid), { force: true });
  }

  /** What is held of this model has been told. It stays held, whoever gets the number of its process. */
  markTold(modelFolder: string): void {
    for (const { file, pid, isNew } of this.#leftovers()) {
      const attempt = readAttempt(file);
      if (isNew && attempt !== undefined && isOf(modelFolder, attempt))
        ifThere(() => renameSync(file, this.#file('crashed', pid)));
    }
  }

  /** The user wants it tried again. */
  release(): void {
    for (const { file } of this.#leftovers()) rmSync(file, { force: true });
  }

  #file(kind: 'starting' | 'crashed', pid: number): string {
    return path.join(this.#folder, `${kind}-${pid}`);
  }

  #leftovers(): Leftover[] {
    const names = ifThere(() => readdirSync(this.#folder)) ?? [];
    return names.flatMap((name) => {
      const [, kind, digits] = FILE.exec(name) ?? [];
      const pid = Number(digits);
      if (kind === undefined || (kind === 'starting' && isAlive(pid))) return [];
      return [{ file: path.join(this.#folder, name), pid, isNew: kind === 'starting' }];
    });
  }
}

/** What could not be read may have been any model's. */
export function isOf(modelFolder: string, attempt: Attempt): boolean {
  return attempt.modelFolder === modelFolder || attempt.modelFolder === UNREADABLE.modelFolder;
}

/** A file that cannot be read was written in the moment of the crash: the worst is assumed. */
function readAttempt(file: string): Attempt | undefined {
  try {
    const text = ifThere(() => readFileSync(file, 'utf8'));
    if (text === undefined) return undefined;
    const { modelFolder, device } = JSON.parse(text) as Partial<Attempt>;
    const known = DEVICES.find((name) => name === device);
    return { modelFolder: String(modelFolder), device: known ?? 'cpu' };
  } catch {
    return UNREADABLE;
  }
}

/** Another window may have released what is looked at, and before the first start there is no folder. */
function ifThere<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
