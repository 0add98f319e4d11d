/**
 * Which models are in use, and by which windows: a file for each window that has one in memory or is about to load it.
 * So that no model is removed under a window that runs it, whatever its size; `modelHold.ts` is about large ones.
 *
 * A removal is written down before it looks for uses, and a use before it looks for removals: of two that begin at the
 * same time, at least one sees the other and gives way.
 *
 * A file counts as long as its process lives and its heartbeat goes on: a process id may belong to another program
 * after a reboot. A machine that slept stops all heartbeats, so whoever wants to remove lets them have one more.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { systemClock, type Clock } from '../base/clock.ts';
import { Fields } from '../base/fields.ts';
import { isAlive } from '../base/isAlive.ts';
import { say, type Sentence } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';

export type ModelUser = { readonly window: string };

export const USE_BEAT_MS = 10_000;
/** An editor that is busy may miss some beats. */
const STALE_MS = 60_000;
const GRACE_MS = 1.5 * USE_BEAT_MS;

type Kind = 'use' | 'removal';
type Entry = {
  readonly file: string;
  readonly kind: Kind;
  readonly window: string;
  readonly modelFolder: string;
  readonly beatMs: number;
};
/** A file of this window's, with its heartbeat. */
type Own = { readonly file: string; readonly endHeartbeat: () => void };

const NAME = /^(use|removal)-[0-9a-f-]{36}\.json$/;

export class ModelUses {
  readonly #folder: string;
  readonly #window: string;
  readonly #pid: number;
  readonly #clock: Clock;
  #use: Own | undefined;

  /**
   * @param folder one for all windows
   * @param window what people call this window
   */
  constructor(folder: string, window: string, { pid = process.pid, clock = systemClock } = {}) {
    this.#folder = folder;
    this.#window = window;
    this.#pid = pid;
    this.#clock = clock;
  }

  /** Call before a model is loaded; it takes the place of the one before. Fails where it is being removed. */
  async begin(modelFolder: string): Promise<void> {
    await this.end();
    // A folder that cannot be written: better a model that could be removed than none.
    const use = await this.#write('use', modelFolder).catch(() => undefined);
    if (use === undefined) return;
    this.#use = use;
    if ((await this.#others('removal', modelFolder)).some(({ beatMs }) => this.#isFresh(beatMs))) {
      await this.end();
      throw new UserError(
        'no-model',
        say`${path.basename(modelFolder)} is being removed by another window. Choose another model.`,
      );
    }
  }

  /** Call when nothing of it is in memory any more. */
  async end(): Promise<void> {
    const use = this.#use;
    this.#use = undefined;
    if (use !== undefined) await erase(use);
  }

  /** Windows that have the model, this one included. */
  async users(modelFolder: string): Promise<ModelUser[]> {
    return (await this.#others('use', modelFolder)).map(({ window }) => ({ window }));
  }

  /** Removes a model that nobody uses, and that nobody can begin to use meanwhile. */
  async removing<T>(modelFolder: string, remove: () => Promise<T>): Promise<T> {
    const removal = await this.#write('removal', modelFolder);
    try {
      const user = await this.#beatingUser(modelFolder);
      if (user !== undefined)
        throw new UserError(
          'bad-argument',
          say`${nameOf(user)} is using ${path.basename(modelFolder)}. Choose another model there first, or close it.`,
        );
      return await remove();
    } finally {
      await erase(removal);
    }
  }

  async #beatingUser(modelFolder: string): Promise<ModelUser | undefined> {
    const found = await this.#others('use', modelFolder);
    const fresh = found.find(({ beatMs }) => this.#isFresh(beatMs));
    if (fresh !== undefined || found.length === 0) return fresh;
    await this.#clock.wait(GRACE_MS);
    const again = await this.#others('use', modelFolder);
    return again.find(({ file, beatMs }) => !found.some((one) => one.file === file && one.beatMs === beatMs));
  }

  /** Those of living processes that are about this model. What belongs to no process any more is cleared away. */
  async #others(kind: Kind, modelFolder: string): Promise<Entry[]> {
    const wanted = await realFolder(modelFolder);
    const names = await readdir(this.#folder).catch(() => []);
    const entries = await Promise.all(names.map((name) => this.#read(name)));
    return entries.filter((entry) => entry?.kind === kind && entry.modelFolder === wanted) as Entry[];
  }

  async #read(name: string): Promise<Entry | undefined> {
    const kind = NAME.exec(name)?.[1] as Kind | undefined;
    if (kind === undefined) return undefined;
    const file = path.join(this.#folder, name);
    try {
      const { mtimeMs } = await stat(file);
      const fields = new Fields(JSON.parse(await readFile(file, 'utf8')), { file, code: 'internal' });
      if (fields.string('host') === os.hostname() && !isAlive(fields.count('pid'))) {
        await rm(file, { force: true });
        return undefined;
      }
      const [window, modelFolder] = [fields.string('window'), fields.string('modelFolder')];
      return { file, kind, window, modelFolder, beatMs: mtimeMs };
    } catch {
      // Gone since it was listed, or not ours.
      return undefined;
    }
  }

  async #write(kind: Kind, modelFolder: string): Promise<Own> {
    await mkdir(this.#folder, { recursive: true });
    const file = path.join(this.#folder, `${kind}-${randomUUID()}.json`);
    const folder = await realFolder(modelFolder);
    const content = { host: os.hostname(), pid: this.#pid, window: this.#window, modelFolder: folder };
    await writeFile(file, JSON.stringify(content));
    const beat = async () => {
      const seconds = this.#clock.nowMs() / 1000;
      await utimes(file, seconds, seconds).catch(() => undefined);
    };
    await beat();
    return { file, endHeartbeat: this.#clock.every(USE_BEAT_MS, () => void beat()) };
  }

  /** A heartbeat from the future is one from before the clock was set back. */
  #isFresh(beatMs: number): boolean {
    return Math.abs(this.#clock.nowMs() - beatMs) <= STALE_MS;
  }
}

async function erase({ file, endHeartbeat }: Own): Promise<void> {
  endHeartbeat();
  await rm(file, { force: true }).catch(() => undefined);
}

/** Two ways to one folder are one. */
async function realFolder(folder: string): Promise<string> {
  return realpath(folder).catch(() => path.resolve(folder));
}

function nameOf({ window }: ModelUser): Sentence {
  return window === '' ? say`A window` : say`The window "${window}"`;
}
