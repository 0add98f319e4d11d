/** Random damage to valid files: every outcome is success or a UserError, and never a hang. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { UserError } from '../../../src/base/userError.ts';
import { importModel } from '../../../src/importer/importModel.ts';
import { parseManifest } from '../../../src/model/manifest.ts';
import { readManifest } from '../../../src/model/modelFolder.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import { layOut, safetensors, smallCheckpoint, writeCheckpoint } from '../../support/checkpoint.ts';
import { withTempFolder } from '../../support/goldenModel.ts';

const BUDGET_MS = 1_000;
const SLOWEST_MS = 1_000;

/** What replaces a piece of JSON: the numbers and words that readers trip over. */
const STRANGE = [
  '-1',
  '0',
  '1e308',
  '-0',
  '9007199254740993',
  '1.5',
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '"__proto__"',
  '[[[[',
];

type Random = () => number;

const below = (random: Random, end: number) => Math.floor(random() * end);

/** Flips bits, cuts off, doubles a piece, or puts something strange in the place of a number or a word. */
function damage(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  const at = below(random, copy.length);
  switch (below(random, 4)) {
    case 0:
      for (let flip = 0; flip <= below(random, 4); flip++)
        copy[below(random, copy.length)]! ^= 1 << below(random, 8);
      return copy;
    case 1:
      return copy.subarray(0, at);
    case 2:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(below(random, at + 1))]);
    default: {
      const text = copy.toString('latin1');
      const pieces = [...text.matchAll(/-?\d[\d.]*|"[^"]*"/g)];
      const piece = pieces[below(random, pieces.length)];
      if (piece === undefined) return copy;
      const strange = STRANGE[below(random, STRANGE.length)]!;
      return Buffer.from(
        text.slice(0, piece.index) + strange + text.slice(piece.index + piece[0].length),
        'latin1',
      );
    }
  }
}

const { config, tensors } = smallCheckpoint();
const { header, data } = layOut(tensors);

/** A header's text may change its length: the field before it is kept true, or the reader would stop there. */
const damagedWeights = (random: Random) =>
  random() < 0.5
    ? damage(safetensors(header, data), random)
    : safetensors(damage(Buffer.from(JSON.stringify(header)), random).toString('latin1'), data);

describe('damaged at random', () => {
  it('the weights of a checkpoint', async () => {
    await fuzzImport((folder, random) =>
      writeFile(path.join(folder, 'model.safetensors'), damagedWeights(random)),
    );
  });

  it('the configuration of a checkpoint', async () => {
    const text = Buffer.from(JSON.stringify(config));
    await fuzzImport((folder, random) => writeFile(path.join(folder, 'config.json'), damage(text, random)));
  });

  it('a manifest', async () => {
    await withTempFolder(async (temp) => {
      const [checkpoint, out] = [path.join(temp, 'checkpoint'), path.join(temp, 'model')];
      await writeCheckpoint(checkpoint, smallCheckpoint());
      await importModel({ checkpoint, out, formOf: () => FP32 });
      const text = Buffer.from(JSON.stringify(await readManifest(out)));
      await forAWhile((random) =>
        Promise.resolve(parseManifest(damage(text, random).toString(), 'manifest.json')),
      );
    });
  });
});

async function fuzzImport(spoil: (folder: string, random: Random) => Promise<unknown>): Promise<void> {
  await withTempFolder(async (temp) => {
    const [checkpoint, out] = [path.join(temp, 'checkpoint'), path.join(temp, 'model')];
    await writeCheckpoint(checkpoint, smallCheckpoint());
    await forAWhile(async (random) => {
      await spoil(checkpoint, random);
      try {
        await importModel({ checkpoint, out, formOf: () => FP32 });
        await rm(out, { recursive: true });
      } finally {
        expect(await readdir(temp)).toEqual(['checkpoint']);
      }
    });
  });
}

/** Tries with one seed after the other; a failure names its seed. */
async function forAWhile(attempt: (random: Random) => Promise<unknown>): Promise<void> {
  const endMs = performance.now() + BUDGET_MS;
  let nRefused = 0;
  let seed = 1;
  for (; performance.now() < endMs; seed++) {
    const startMs = performance.now();
    try {
      await attempt(seededRandom(seed));
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`seed ${seed}`, { cause: error });
      nRefused++;
    }
    expect(performance.now() - startMs, `seed ${seed}`).toBeLessThan(SLOWEST_MS);
  }
  // A fuzzer that never does any harm tries nothing.
  expect(nRefused).toBeGreaterThan(seed / 10);
}
