/**
 * Random damage to valid files: every outcome is success or a UserError, and never a hang or a heap of memory.
 * GPTJ_FUZZ_SECONDS=600 npx vitest run --project integration test/integration/importer/fuzz.test.ts   tries for longer.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { UserError } from '../../../src/base/userError.ts';
import { importModel } from '../../../src/importer/importModel.ts';
import { parseManifest } from '../../../src/model/manifest.ts';
import { readManifest } from '../../../src/model/modelFolder.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import {
  layOut,
  safetensors,
  smallCheckpoint,
  writeCheckpoint,
  writeSharded,
} from '../../support/checkpoint.ts';
import { withTempFolder } from '../../support/goldenModel.ts';
import { storedArchive } from '../../support/storedArchive.ts';
import {
  archiveFiles,
  legacyFile,
  smallTorch,
  spoiltArchive,
  statePickle,
  TORCH_FILE,
  torchArchive,
} from '../../support/torchFile.ts';

const BUDGET_MS = 1_000 * Number(process.env['GPTJ_FUZZ_SECONDS'] ?? 1);
const SLOWEST_MS = 1_000;

/** The files have some tens of kilobytes; this is room for the garbage of thousands of attempts. */
const MOST_GROWTH_KB = 400_000;

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

const LIMIT = { timeout: 60_000 + 2 * BUDGET_MS };

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

const torch = smallTorch();
const archive = torchArchive(torch);
const legacy = legacyFile(torch);

/** Everywhere, in the directory alone, or in the pickle alone: then the archive around it is a good one. */
const damagedArchive = (random: Random): Buffer => {
  switch (below(random, 3)) {
    case 0:
      return damage(archive, random);
    case 1: {
      const zip64 = storedArchive(Object.entries(archiveFiles(torch)), { zip64: true });
      const start = zip64.length - 3_000;
      return Buffer.concat([zip64.subarray(0, start), damage(zip64.subarray(start), random)]);
    }
    default:
      return spoiltArchive((files) => {
        files['model/data.pkl'] = { bytes: damage(statePickle(torch), random) };
      });
  }
};

/** The pickles are a small part of the file, so they are damaged more often than their share. */
const damagedLegacyFile = (random: Random): Buffer => {
  const end = random() < 0.5 ? legacy.length : 4_000;
  return Buffer.concat([damage(legacy.subarray(0, end), random), legacy.subarray(end)]);
};

describe('damaged at random', () => {
  it.each([
    ['a PyTorch archive', damagedArchive],
    ['a PyTorch file of the form before 1.6', damagedLegacyFile],
  ])('%s', LIMIT, async (_, damaged) => {
    await fuzzImport(async (folder, random) => {
      await rm(path.join(folder, 'model.safetensors'), { force: true });
      await writeFile(path.join(folder, TORCH_FILE), damaged(random));
    });
  });

  it('the index of shards', LIMIT, async () => {
    await fuzzImport(async (folder, random) => {
      await rm(path.join(folder, 'model.safetensors'), { force: true });
      await writeSharded(folder, smallCheckpoint());
      const index = path.join(folder, 'model.safetensors.index.json');
      await writeFile(index, damage(await readFile(index), random));
    });
  });

  it("a tokenizer's files", LIMIT, async () => {
    const text = Buffer.from(
      '{"added_tokens": [{"id": 50286, "content": "  "}], "tokenizer_class": "CodeGen"}',
    );
    await fuzzImport(async (folder, random) => {
      await writeFile(path.join(folder, 'tokenizer.json'), damage(text, random));
      await writeFile(path.join(folder, 'tokenizer_config.json'), damage(text, random));
    });
  });

  it('the weights of a checkpoint', LIMIT, async () => {
    await fuzzImport((folder, random) =>
      writeFile(path.join(folder, 'model.safetensors'), damagedWeights(random)),
    );
  });

  it('the configuration of a checkpoint', LIMIT, async () => {
    const text = Buffer.from(JSON.stringify(config));
    await fuzzImport((folder, random) => writeFile(path.join(folder, 'config.json'), damage(text, random)));
  });

  it('a manifest', LIMIT, async () => {
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
  const { maxRSS: startKB } = process.resourceUsage();
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
  expect(process.resourceUsage().maxRSS - startKB).toBeLessThan(MOST_GROWTH_KB);
  // A fuzzer that never does any harm tries nothing.
  expect(nRefused).toBeGreaterThan(seed / 10);
}
