/** Loading, replacing and closing while other things go on. */
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { GREEDY, type GenerateRequest } from '../../../src/model/generation.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import { importGolden, readExpected, withTempFolder } from '../../support/goldenModel.ts';

const REQUEST: GenerateRequest = {
  ...{
    prompt: { kind: 'ids', ids: [1, 2, 3] },
    maxTokens: 200,
    sampling: GREEDY,
    stop: [],
    priority: 'task',
  },
};

let engine: Engine;
beforeEach(() => void (engine = new Engine()));
afterEach(() => engine.close());

async function withModels(use: (first: string, second: string) => Promise<void>): Promise<void> {
  await withTempFolder(async (temp) => {
    const [first, second] = [path.join(temp, 'first'), path.join(temp, 'second')];
    await importGolden('safetensors-f32', first, FP32);
    await importGolden('safetensors-f32', second, { kind: 'blocks', bits: 8, block: 32 });
    await use(first, second);
    await engine.close();
  });
}

const load = (modelFolder: string) => engine.load({ modelFolder, nThreads: 1, device: 'cpu' });
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

describe('a load', () => {
  it('ends the generations of the model before it', async () => {
    await withModels(async (first, second) => {
      await load(first);
      const running = outcome(engine.generate(REQUEST));
      await load(second);
      expect(await running).toBe('cancelled');
      const { ids } = await engine.generate({ ...REQUEST, maxTokens: 5 });
      expect(ids).toHaveLength(5);
    });
  });

  it('that was asked for last is the one that stays', async () => {
    await withModels(async (first, second) => {
      const loads = [first, second, first, second].map(load);
      expect((await Promise.all(loads)).map(({ precision }) => precision)).toEqual([
        'fp32',
        '8-bit',
        'fp32',
        '8-bit',
      ]);
      const expected = await readExpected('safetensors-f32');
      const { last } = await engine.logits(expected.input_ids, 512);
      const largest = Math.max(...last.map((logit, id) => Math.abs(logit - expected.logits_last[id]!)));
      // The 8-bit model is near the reference, the other one equal to it.
      expect(largest).toBeGreaterThan(1e-4);
    });
  });

  it('that fails leaves no model, and the next one works', async () => {
    await withModels(async (first) => {
      await load(first);
      expect(await outcome(load(path.join(first, 'nowhere')))).toBe('no-model');
      expect(await outcome(engine.generate(REQUEST))).toBe('no-model');
      expect(await outcome(load(first))).toBe('done');
    });
  });

  it('lets nobody begin with a model that is about to be freed', async () => {
    await withModels(async (first, second) => {
      await load(first);
      const running = [outcome(engine.generate(REQUEST))];
      const loading = load(second);
      // Promises are settled between two of these, but no native call ends.
      for (let n = 0; n < 20; n++) {
        running.push(outcome(engine.generate(REQUEST)), outcome(engine.score('a b c')));
        await Promise.resolve();
      }
      await loading;
      for (const ended of await Promise.all(running)) expect(['cancelled', 'no-model']).toContain(ended);
    });
  });
});

describe('closing', () => {
  it('during a load and a generation ends both', async () => {
    await withModels(async (first, second) => {
      await load(first);
      const work = [engine.generate(REQUEST), load(second), load(first)].map(outcome);
      await engine.close();
      const [generated, ...loads] = await Promise.all(work);
      expect(['cancelled', 'no-model']).toContain(generated);
      for (const loaded of loads) expect(['done', 'closed']).toContain(loaded);
      expect(await outcome(engine.generate(REQUEST))).toBe('no-model');
      expect(await outcome(load(first))).toBe('closed');
    });
  });

  it('twice, or without a model, is no mistake', async () => {
    await engine.close();
    await engine.close();
  });
});
