/** Scores of continuations on a real session, against what the logits of each whole text say. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Tokenizer } from '../../../src/tokenizer/tokenizer.ts';
import { importModel } from '../../../src/importer/importModel.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import { smallCheckpoint, writeCheckpoint } from '../../support/checkpoint.ts';
import { importGolden, readExpected, withTempFolder } from '../../support/goldenModel.ts';

const tokenizer = new Tokenizer('gpt2');

/** ln p of `ids` behind `prompt`, one whole run for each token. */
async function byLogits(engine: Engine, prompt: readonly number[], ids: readonly number[]): Promise<number> {
  let sum = 0;
  for (const [index, id] of ids.entries()) {
    const { last } = await engine.logits([...prompt, ...ids.slice(0, index)], 512);
    const greatest = last.reduce((most, logit) => Math.max(most, logit), -Infinity);
    const total = last.reduce((partial, logit) => partial + Math.exp(logit - greatest), 0);
    sum += last[id]! - greatest - Math.log(total);
  }
  return sum;
}

describe('on the reference model', () => {
  it('a continuation is as likely as its tokens one by one', async () => {
    await withTempFolder(async (temp) => {
      const folder = path.join(temp, 'model');
      await importGolden('safetensors-f32', folder, FP32);
      const engine = new Engine();
      const { vocabularySize } = await engine.load({ modelFolder: folder, nThreads: 1, device: 'cpu' });
      const { input_ids: ids } = await readExpected('safetensors-f32');
      // The vocabulary of the reference model holds the first tokens only.
      const texts = [' the', ' the of', ' in the\n', ' and in and the of', '\n'];
      expect(Math.max(...texts.flatMap((text) => tokenizer.encode(text)))).toBeLessThan(vocabularySize);
      for (const promptIds of [ids, ids.slice(0, 1)]) {
        const request = { prompt: { kind: 'ids', ids: promptIds }, continuations: texts } as const;
        const { logProbabilities } = await engine.scoreContinuations(request);
        for (const [index, text] of texts.entries()) {
          const expected = await byLogits(engine, promptIds, tokenizer.encode(text));
          expect(logProbabilities[index]).toBeCloseTo(expected, 3);
        }
      }
      await engine.close();
    });
  });
});

describe('with the whole vocabulary', () => {
  let engine: Engine;
  let close: () => Promise<void>;

  beforeAll(async () => {
    let remove: () => void = () => undefined;
    const kept = new Promise<void>((resolve) => (remove = resolve));
    engine = new Engine();
    await new Promise<void>((ready) => {
      const used = withTempFolder(async (temp) => {
        const [checkpoint, out] = [path.join(temp, 'checkpoint'), path.join(temp, 'model')];
        await writeCheckpoint(checkpoint, smallCheckpoint(50_300));
        await importModel({ checkpoint, out, formOf: () => FP32 });
        await engine.load({ modelFolder: out, nThreads: 1, device: 'cpu' });
        ready();
        await kept;
      });
      close = async () => {
        await engine.close();
        remove();
        await used;
      };
    });
  });
  afterAll(() => close());

  const scaffold = (body: string) =>
    ({ kind: 'scaffold', before: 'Text:', turns: [], body, cut: 'end', after: '\nSo:' }) as const;

  it('the probabilities of all tokens sum to one', async () => {
    const words = Array.from({ length: 50_257 }, (_, id) => id);
    const decoded = words.map((id) => tokenizer.decode([id]));
    const single = words.filter((id) => tokenizer.encode(decoded[id]!).join() === String(id));
    const request = { prompt: scaffold(' a b'), continuations: single.map((id) => decoded[id]!) };
    const { logProbabilities } = await engine.scoreContinuations(request);
    const sum = logProbabilities.reduce((partial, logP) => partial + Math.exp(logP), 0);
    expect(sum).toBeLessThanOrEqual(1.0001);
    expect(sum).toBeGreaterThan((single.length / 50_257) * 0.9);
  });

  it('a body that does not fit is cut to the token, and a prompt that is in the cache is not run again', async () => {
    // The window has 32 tokens.
    const request = { prompt: scaffold(' one'.repeat(40)), continuations: [' yes\n', ' no, never\n'] };
    const first = await engine.scoreContinuations(request);
    expect(first.cutTokens).toBe(40 - (32 - tokenizer.encode(' no, never\n').length - 2 - 3));
    const again = await engine.scoreContinuations(request);
    expect(again.logProbabilities[0]).toBeCloseTo(first.logProbabilities[0]!, 4);
  });

  it.each([[[]], [['', ' yes']]])('%j is refused', async (continuations) => {
    const request = { prompt: scaffold(' one'), continuations };
    await expect(engine.scoreContinuations(request)).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('can be cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    const request = { prompt: scaffold(' one'), continuations: [' yes'] };
    await expect(engine.scoreContinuations(request, { signal: abort.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
