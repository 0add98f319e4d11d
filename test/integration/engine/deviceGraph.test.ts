/** The GPU's graph against the processor's, on a software GPU: the same logits, the same tokens, whatever the chunks. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import type { KvCache } from '../../../src/engine/kvCache.ts';
import { Model } from '../../../src/engine/model.ts';
import { runInChunks } from '../../../src/engine/runInChunks.ts';
import { greatest } from '../../../src/engine/sampler.ts';
import { writeSyntheticModel } from '../../../src/importer/syntheticModel.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import { CHECKPOINTS, importGolden, readExpected, withTempFolder } from '../../support/goldenModel.ts';
import { relativeError } from '../../support/relativeError.ts';
import { hasSoftwareGpu, SOUND_CHUNK_TOKENS, useSoftwareGpu } from '../../support/softwareGpu.ts';

const N_PROMPTS = 50;
const N_TOKENS = 16;
const TIMEOUT_MS = 300_000;

type Pair = { readonly cpu: Model; readonly gpu: Model };

describe.skipIf(!hasSoftwareGpu)('the GPU graph', { timeout: TIMEOUT_MS }, () => {
  beforeAll(useSoftwareGpu);

  it.each(CHECKPOINTS)('gives the reference continuation of %s, in whatever chunks', async (checkpoint) => {
    await withTempFolder(async (temp) => {
      const { input_ids: ids, greedy_20: greedy, logits_last: last } = await readExpected(checkpoint);
      await importGolden(checkpoint, path.join(temp, 'model'), FP32);
      const gpu = await Model.load(path.join(temp, 'model'), { nThreads: 1, device: 'webgpu' });
      for (const chunkTokens of [24, 7, 1]) {
        const cache = gpu.newCache();
        expect(relativeError(await runInChunks(gpu, cache, ids, chunkTokens), last)).toBeLessThan(1e-4);
        cache.truncate(ids.length - greedy.length);
        cache.truncate(16 - 1);
        expect(await continueGreedily(gpu, cache, ids[15]!, greedy.length)).toEqual(greedy);
        cache.dispose();
      }
      await gpu.close();
    });
  });

  describe('beside the processor', () => {
    let pair: Pair;
    beforeAll(async () => void (pair = await loadPair()));
    afterAll(async () => {
      await pair.cpu.close();
      await pair.gpu.close();
    });

    it(`gives the same tokens for ${N_PROMPTS} random prompts`, async () => {
      const random = seededRandom(3);
      const { vocabularySize } = pair.cpu.architecture;
      for (let index = 0; index < N_PROMPTS; index++) {
        const nPrompt = 1 + Math.floor(random() * 80);
        const ids = Array.from({ length: nPrompt }, () => Math.floor(random() * vocabularySize));
        const [onCpu, onGpu] = await Promise.all([answer(pair.cpu, ids), answer(pair.gpu, ids)]);
        expect(onGpu, `prompt ${index}: ${ids.join()}`).toEqual(onCpu);
      }
    });

    it('keeps two texts apart, goes back in both, and gives every row of a chunk', async () => {
      const caches = [pair.gpu.newCache(), pair.gpu.newCache()];
      const references = [pair.cpu.newCache(), pair.cpu.newCache()];
      const texts = [
        [1, 2, 3, 4, 5, 6, 7],
        [900, 800, 700, 600, 500],
      ];
      for (const keep of [0, 4, 2, 5, 0]) {
        for (const [index, text] of texts.entries()) {
          const [cache, reference] = [caches[index]!, references[index]!];
          cache.truncate(keep);
          reference.truncate(keep);
          const rest = text.slice(keep);
          if (rest.length === 0) continue;
          const [found, expected] = [
            await pair.gpu.forward(cache, rest, 'all'),
            await pair.cpu.forward(reference, rest, 'all'),
          ];
          expect(relativeError(found.values, expected.values)).toBeLessThan(1e-5);
          expect(relativeError(found.logSumExp, expected.logSumExp)).toBeLessThan(1e-5);
        }
      }
      for (const cache of caches) cache.dispose();
    });
  });

  it('makes room as a text grows, and loses nothing', async () => {
    await withTempFolder(async (temp) => {
      const folder = path.join(temp, 'model');
      const architecture = {
        ...{ nLayers: 1, hidden: 64, nHeads: 2, inner: 128, rotaryDim: 16, vocabularySize: 300 },
        ...{ nPositions: 700, layerNormEpsilon: 1e-5 },
      };
      await writeSyntheticModel(folder, { name: 'long', architecture, matrixForm: FP32, tokenizer: 'gpt2' });
      const { cpu, gpu } = await loadBoth(folder);
      const [cache, reference] = [gpu.newCache(), cpu.newCache()];
      const sizes: number[] = [];
      for (let start = 0; start < 690; start += 30) {
        const ids = Array.from({ length: 30 }, (_, index) => (start * 7 + index * 13) % 300);
        const found = await gpu.forward(cache, ids);
        const expected = await cpu.forward(reference, ids);
        expect(relativeError(found.values, expected.values), `at ${start}`).toBeLessThan(1e-4);
        sizes.push(cache.sizeBytes);
      }
      expect(new Set(sizes).size).toBeGreaterThan(1);
      expect(sizes.at(-1)).toBe(700 * 2 * 64 * 4);
      cache.dispose();
      await Promise.all([cpu.close(), gpu.close()]);
    });
  });
});

async function loadPair(): Promise<Pair> {
  let pair: Pair | undefined;
  await withTempFolder(async (temp) => {
    await importGolden('safetensors-f32', path.join(temp, 'model'), FP32);
    pair = await loadBoth(path.join(temp, 'model'));
  });
  return pair!;
}

async function loadBoth(folder: string): Promise<Pair> {
  const cpu = await Model.load(folder, { nThreads: 1 });
  return { cpu, gpu: await Model.load(folder, { nThreads: 1, device: 'webgpu' }) };
}

async function answer(model: Model, ids: readonly number[]): Promise<number[]> {
  const cache = model.newCache();
  await runInChunks(model, cache, ids.slice(0, -1), SOUND_CHUNK_TOKENS);
  const tokens = await continueGreedily(model, cache, ids.at(-1)!, N_TOKENS);
  cache.dispose();
  return tokens;
}

/** @param id the last one of the prompt, not in the cache yet */
async function continueGreedily(
  model: Model,
  cache: KvCache,
  id: number,
  nTokens: number,
): Promise<number[]> {
  const tokens: number[] = [];
  for (let last = id; tokens.length < nTokens;) {
    const { values } = await model.forward(cache, [last]);
    last = greatest(values, { below: model.nKnownIds });
    tokens.push(last);
  }
  return tokens;
}
