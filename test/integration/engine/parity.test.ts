/** The engine against an independent float64 implementation of GPT-J and CodeGen. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Model } from '../../../src/engine/model.ts';
import { runInChunks } from '../../../src/engine/runInChunks.ts';
import { GREEDY } from '../../../src/model/generation.ts';
import { FP32, type TensorForm } from '../../../src/model/tensors.ts';
import { relativeError } from '../../support/relativeError.ts';
import {
  CHECKPOINTS,
  importGolden,
  OTHER_CHECKPOINTS,
  readExpected,
  withTempFolder,
} from '../../support/goldenModel.ts';

const forms = ([8, 4] as const).flatMap((bits) =>
  ([32, 64, 128] as const).map((block) => ({ kind: 'blocks' as const, bits, block })),
);

/** `greedy_20` goes on from this many of the input's tokens. */
const GREEDY_PROMPT_TOKENS = 16;

/** Least share of positions with the same most likely token, and greatest error: int8 activations in larger blocks cost some. */
const bounds = {
  '8/32': [0.9, 0.03],
  '8/64': [0.85, 0.03],
  '8/128': [0.85, 0.03],
  '4/32': [0.6, 0.3],
  '4/64': [0.5, 0.3],
  '4/128': [0.5, 0.3],
};

describe.each([...CHECKPOINTS, ...OTHER_CHECKPOINTS])('%s in fp32', (checkpoint) => {
  it('gives the reference logits and continuation', async () => {
    await withTempFolder(async (temp) => {
      const expected = await readExpected(checkpoint);
      const engine = await loadGolden(checkpoint, path.join(temp, 'model'), FP32);
      const { argmax, last } = await engine.logits(expected.input_ids, 512);
      expect(relativeError(last, expected.logits_last)).toBeLessThan(1e-4);
      expect(argmax).toEqual(expected.argmax_per_position);
      expect(await continueGreedily(engine, expected.input_ids.slice(0, GREEDY_PROMPT_TOKENS), 20)).toEqual(
        expected.greedy_20,
      );
      await engine.close();
    });
  });
});

it.each(forms.map((form) => [JSON.stringify(form), form] as const))(
  'stays close to the reference as %s',
  async (_, form) => {
    await withTempFolder(async (temp) => {
      const expected = await readExpected('safetensors-f32');
      const engine = await loadGolden('safetensors-f32', path.join(temp, 'model'), form);
      const { argmax, last } = await engine.logits(expected.input_ids, 512);
      const nSame = argmax.filter((id, index) => id === expected.argmax_per_position[index]).length;
      const [leastSame, greatestError] = bounds[`${form.bits}/${form.block}`];
      expect(nSame / argmax.length).toBeGreaterThanOrEqual(leastSame!);
      expect(relativeError(last, expected.logits_last)).toBeLessThan(greatestError!);
      await engine.close();
    });
  },
);

it('gives the same logits in one chunk, in sevens, token by token and after rolling back', async () => {
  await withTempFolder(async (temp) => {
    const { input_ids: ids } = await readExpected('safetensors-f32');
    await importGolden('safetensors-f32', path.join(temp, 'model'), FP32);
    const model = await Model.load(path.join(temp, 'model'), { nThreads: 2 });
    const whole = await runInChunks(model, model.newCache(), ids, ids.length);

    for (const chunkTokens of [7, 1]) {
      const logits = await runInChunks(model, model.newCache(), ids, chunkTokens);
      expect(relativeError(logits, whole)).toBeLessThan(1e-5);
    }
    const cache = model.newCache();
    await runInChunks(model, cache, [...ids.slice(0, 20), ...ids.slice(0, 20)], 9);
    cache.truncate(cache.commonPrefix(ids));
    expect(cache.length).toBe(20);
    expect(relativeError(await runInChunks(model, cache, ids.slice(20), 7), whole)).toBeLessThan(1e-5);
    await model.close();
  });
});

async function loadGolden(checkpoint: string, folder: string, form: TensorForm): Promise<Engine> {
  await importGolden(checkpoint, folder, form);
  const engine = new Engine();
  await engine.load({ modelFolder: folder, nThreads: 2, device: 'cpu' });
  return engine;
}

async function continueGreedily(
  engine: Engine,
  ids: readonly number[],
  maxTokens: number,
): Promise<readonly number[]> {
  const prompt = { kind: 'ids', ids } as const;
  return (await engine.generate({ prompt, maxTokens, sampling: GREEDY, stop: [], priority: 'task' })).ids;
}
