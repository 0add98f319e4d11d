/**
 * The files behind a hold: `hold-<number>.json`, a new number each time that it is taken. The highest one counts.
 *
 * A number is made by exclusive creation, so that only one window can make it; and the highest is never removed,
 * not even when it is given back, so that a slow window which makes an old number again sees that it is not the last.
 * A holder sets the time of its file again and again: that is its heartbeat.
 */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fields, type Source } from '../base/fields.ts';
import { hasCode } from '../base/hasCode.ts';

export type HoldRecord = {
  /** Of this taking: another window may have been given the same number and process id since. */
  readonly id: string;
  readonly window: string;
  readonly modelName: string;
  readonly pid: number;
  readonly sinceMs: number;
};

export type HoldRequest = { readonly window: string; readonly modelName: string; readonly askedMs: number };

export type LastHold = {
  readonly number: number;
  /** `undefined`: what is in the file makes no sense, or does not yet. */
  readonly content: HoldRecord | 'released' | undefined;
  readonly heartbeatMs: number;
  readonly isAsked: boolean;
};

/** Also what is beside it: what is asked of its holder, and what was about to replace it. */
const OF_NUMBER = /^(?:hold|ask)-(\d{1,9})\.json/;
const HOLD = /^hold-(\d{1,9})\.json$/;
/** Ours have some hundred bytes; whatever is larger is not ours. */
const MAX_BYTES = 64 * 1024;
const SOURCE: Source = { file: 'hold', code: 'internal' };

export class HoldFiles {
  readonly #folder: string;

  /** @param folder made when it is needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async last(): Promise<LastHold | undefined> {
    for (;;) {
      const names = await this.#names();
      const number = Math.max(0, ...names.map((name) => Number(HOLD.exec(name)?.[1] ?? 0)));
      if (number === 0) return undefined;
      const found = await this.#read(number);
      // Gone since it was listed: there is a newer one.
      if (found !== undefined) return { number, ...found, isAsked: names.includes(askName(number)) };
    }
  }

  /** False if this number is there already. */
  async create(number: number, record: HoldRecord): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true });
    try {
      await writeFile(this.#path(holdName(number)), JSON.stringify(record), { flag: 'wx' });
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    }
  }

  async replace(number: number, content: HoldRecord | 'released'): Promise<void> {
    await this.#write(holdName(number), content === 'released' ? { released: true } : content);
  }

  async beat(number: number, nowMs: number): Promise<void> {
    await utimes(this.#path(holdName(number)), nowMs / 1000, nowMs / 1000);
  }

  async ask(number: number, request: HoldRequest): Promise<void> {
    await this.#write(askName(number), request);
  }

  async isAsked(number: number): Promise<boolean> {
    return (await this.#names()).includes(askName(number));
  }

  /** What is asked of the holder; whoever asks sees by its absence that it was heard. */
  async hear(number: number): Promise<HoldRequest | undefined> {
    const file = this.#path(askName(number));
    const request = await readFile(file, 'utf8').then(parseRequest, () => undefined);
    await this.withdraw(number);
    return request;
  }

  async withdraw(number: number): Promise<void> {
    await rm(this.#path(askName(number)), { force: true });
  }

  async remove(number: number): Promise<void> {
    await rm(this.#path(holdName(number)), { force: true });
  }

  /** Removes what is older than this number. */
  async tidy(number: number): Promise<void> {
    const isOlder = (name: string) => Number(OF_NUMBER.exec(name)?.[1] ?? number) < number;
    const older = (await this.#names()).filter(isOlder);
    await Promise.all(older.map((name) => rm(this.#path(name), { force: true, recursive: true })));
  }

  async #read(number: number): Promise<Pick<LastHold, 'content' | 'heartbeatMs'> | undefined> {
    const file = this.#path(holdName(number));
    try {
      const { mtimeMs, size, isFile } = await statOf(file);
      const text = isFile && size <= MAX_BYTES ? await readFile(file, 'utf8').catch(() => '') : '';
      return { content: parseContent(text), heartbeatMs: mtimeMs };
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** In one step: nobody reads half of it. */
  async #write(name: string, content: object): Promise<void> {
    const beside = this.#path(`${name}.${randomUUID()}`);
    await writeFile(beside, JSON.stringify(content));
    await rename(beside, this.#path(name));
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  #path(name: string): string {
    return path.join(this.#folder, name);
  }
}

async function statOf(file: string): Promise<{ mtimeMs: number; size: number; isFile: boolean }> {
  const found = await lstat(file);
  return { mtimeMs: found.mtimeMs, size: found.size, isFile: found.isFile() };
}

function holdName(number: number): string {
  return `hold-${number}.json`;
}

function askName(number: number): string {
  return `ask-${number}.json`;
}

function parseContent(text: string): LastHold['content'] {
  try {
    const fields = new Fields(JSON.parse(text), SOURCE);
    if (fields.has('released')) return 'released';
    return {
      id: fields.string('id'),
      window: fields.string('window'),
      modelName: fields.string('modelName'),
      pid: fields.count('pid'),
      sinceMs: fields.count('sinceMs'),
    };
  } catch {
    return undefined;
  }
}

function parseRequest(text: string): HoldRequest | undefined {
  try {
    const fields = new Fields(JSON.parse(text), SOURCE);
    return {
      window: fields.string('window'),
      modelName: fields.string('modelName'),
      askedMs: fields.count('askedMs'),
    };
  } catch {
    return undefined;
  }
}
