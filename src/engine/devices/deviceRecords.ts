/**
 * What was learned of this machine's devices with a model, kept from one start of the editor to the next in one JSON
 * file. It is out of date when a driver, the system or the runtime has changed.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fields, parseJson } from '../../base/fields.ts';
import type { Sentence } from '../../base/sentence.ts';
import { DEVICES, type Device } from '../../model/device.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Speed } from './calibration.ts';

export type DeviceRecord = {
  readonly device: Device;
  readonly hardware: string;
  readonly outcome:
    | ({
        readonly kind: 'works';
        /** Longest chunk that it is right with; absent where any is. */
        readonly maxChunkTokens?: number;
      } & Speed)
    | { readonly kind: 'fails'; readonly problem: Sentence };
};

export type ModelRecord = {
  readonly nThreads?: number;
  readonly devices: readonly DeviceRecord[];
};

const FILE = 'devices.json';
const NOTHING: ModelRecord = { devices: [] };

export class DeviceRecords {
  readonly #folder: string | undefined;
  readonly #key: string;

  /** @param folder undefined: nothing is kept */
  constructor(folder: string | undefined, manifest: Manifest, fingerprint: string) {
    this.#folder = folder;
    const weights = manifest.files.map(({ sha256 }) => sha256);
    this.#key = createHash('sha256')
      .update([...weights, fingerprint].join('\n'))
      .digest('hex');
  }

  async read(): Promise<ModelRecord> {
    return (await this.#readAll())[this.#key] ?? NOTHING;
  }

  /** A folder that cannot be written means that it is measured again the next time. */
  async write(record: ModelRecord): Promise<void> {
    if (this.#folder === undefined) return;
    const file = path.join(this.#folder, FILE);
    const known = await this.#readAll();
    // Most starts learn nothing.
    if (JSON.stringify(known[this.#key]) === JSON.stringify(record)) return;
    const records = { ...known, [this.#key]: record };
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(`${file}.${process.pid}`, JSON.stringify(records));
      await rename(`${file}.${process.pid}`, file);
    } catch {
      return;
    }
  }

  async #readAll(): Promise<Record<string, ModelRecord>> {
    if (this.#folder === undefined) return {};
    try {
      const file = path.join(this.#folder, FILE);
      const source = { file, code: 'internal' } as const;
      const fields = new Fields(parseJson(await readFile(file, 'utf8'), source), source);
      return Object.fromEntries(fields.keys().map((key) => [key, readRecord(fields.object(key))]));
    } catch {
      // Absent, or damaged: then nothing is known.
      return {};
    }
  }
}

function readRecord(fields: Fields): ModelRecord {
  return {
    ...(fields.has('nThreads') && { nThreads: fields.count('nThreads') }),
    devices: fields.objects('devices').map((entry) => ({
      device: entry.oneOf('device', DEVICES),
      hardware: entry.string('hardware'),
      outcome: readOutcome(entry.object('outcome')),
    })),
  };
}

function readOutcome(fields: Fields): DeviceRecord['outcome'] {
  if (fields.oneOf('kind', ['works', 'fails']) === 'works') {
    return {
      kind: 'works',
      ...(fields.has('maxChunkTokens') && { maxChunkTokens: fields.count('maxChunkTokens') }),
      tokensPerSecond: fields.number('tokensPerSecond'),
      completionMs: fields.number('completionMs'),
    };
  }
  const problem = fields.object('problem');
  return {
    kind: 'fails',
    problem: { template: problem.string('template'), values: problem.array('values').map(String) },
  };
}
