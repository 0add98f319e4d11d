/** How fast models were when they were last measured here, in one JSON file for all windows. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fields, parseJson } from '../base/fields.ts';

export type MeasuredSpeed = {
  readonly tokensPerSecond: number;
  /** "AMD EPYC 9R45, 2 threads" */
  readonly hardware: string;
  readonly atMs: number;
};

export class ModelSpeeds {
  readonly #file: string;

  /** @param folder made when it is needed */
  constructor(folder: string) {
    this.#file = path.join(folder, 'speeds.json');
  }

  /** By the id of the model. Where the file is absent or damaged, nothing is known. */
  async read(): Promise<ReadonlyMap<string, MeasuredSpeed>> {
    try {
      const source = { file: this.#file, code: 'internal' } as const;
      const all = new Fields(parseJson(await readFile(this.#file, 'utf8'), source), source);
      return new Map(all.keys().map((id) => [id, readSpeed(all.object(id))]));
    } catch {
      return new Map();
    }
  }

  /** Of two windows that measure at the same moment, one may have to measure again. */
  async record(id: string, speed: MeasuredSpeed): Promise<void> {
    const all = new Map(await this.read()).set(id, speed);
    await mkdir(path.dirname(this.#file), { recursive: true });
    const beside = `${this.#file}.${randomUUID()}`;
    await writeFile(beside, JSON.stringify(Object.fromEntries(all)));
    await rename(beside, this.#file);
  }
}

function readSpeed(fields: Fields): MeasuredSpeed {
  return {
    tokensPerSecond: fields.number('tokensPerSecond'),
    hardware: fields.string('hardware'),
    atMs: fields.number('atMs'),
  };
}
