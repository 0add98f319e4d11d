/** Generations on a real session: a small model of random weights with the whole vocabulary. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Engine, type GenerateHooks } from '../../../src/engine/engine.ts';
import { importModel } from '../../../src/importer/importModel.ts';
import { GREEDY, type Generated, type GenerateRequest } from '../../../src/model/generation.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import { Tokenizer } from '../../../src/tokenizer/tokenizer.ts';
import { smallCheckpoint, valuesOf, writeCheckpoint } from '../../support/checkpoint.ts';

const WINDOW = 256;
/** A row of the head that no text stands behind; its bias makes it the likeliest of all. */
const UNKNOWN_ID = 50_290;
const END_OF_TEXT = 50_256;

const tokenizer = new Tokenizer('gpt2');
let temp: string;
let engine: Engine;

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-test-'));
  const checkpoint = smallCheckpoint(50_300);
  checkpoint.config['n_positions'] = WINDOW;
  valuesOf(checkpoint.tensors['lm_head.bias']!)[UNKNOWN_ID] = 1_000;
  await writeCheckpoint(path.join(temp, 'checkpoint'), checkpoint);
  await importModel({
    checkpoint: path.join(temp, 'checkpoint'),
    out: path.join(temp, 'model'),
    formOf: () => FP32,
  });
});
afterAll(() => rm(temp, { recursive: true }));

beforeEach(async () => {
  engine = await freshEngine();
  return () => engine.close();
});

async function freshEngine(): Promise<Engine> {
  const fresh = new Engine();
  await fresh.load({ modelFolder: path.join(temp, 'model'), nThreads: 1, device: 'cpu' });
  return fresh;
}

const ids = (length: number, first = 100) =>
  Array.from({ length }, (_, index) => first + ((index * 37) % 900));
const request = (
  promptIds: readonly number[],
  maxTokens: number,
  more: Partial<GenerateRequest> = {},
): GenerateRequest => ({
  ...{ prompt: { kind: 'ids', ids: promptIds }, maxTokens, sampling: GREEDY, stop: [], priority: 'task' },
  ...more,
});
const healed = (body: string, maxTokens = 12): GenerateRequest =>
  request([], maxTokens, { prompt: { kind: 'text', body, after: '', cut: 'start', heal: true } });

/** What the same request gives where nothing has been before. */
async function alone(wanted: GenerateRequest): Promise<readonly number[]> {
  const fresh = await freshEngine();
  const { ids: generated } = await fresh.generate(wanted);
  await fresh.close();
  return generated;
}

/** Starts a generation and waits until some of its texts have come. */
async function started(
  wanted: GenerateRequest,
  nTexts: number,
  hooks: GenerateHooks = {},
): Promise<{ result: Promise<Generated | { code: string }> }> {
  return new Promise((resolve) => {
    let n = 0;
    const onProgress = () => ++n === nTexts && resolve({ result });
    const result = engine
      .generate(wanted, { ...hooks, onProgress })
      .catch((error: unknown) => error as { code: string });
  });
}

describe('an answer', () => {
  it('never holds a token without a text, and tells the probability of each', async () => {
    const prompt = ids(20);
    const { ids: generated, logProbabilities, text } = await engine.generate(request(prompt, 15));
    expect(generated).toHaveLength(15);
    expect(Math.max(...generated)).toBeLessThan(END_OF_TEXT);
    expect(tokenizer.decode(generated).startsWith(text)).toBe(true);
    for (const n of [0, 1, 14]) {
      const { last } = await engine.logits([...prompt, ...generated.slice(0, n)], 64);
      const known = last.subarray(0, END_OF_TEXT + 1);
      const sum = known.reduce((total, logit) => total + Math.exp(logit), 0);
      expect(logProbabilities[n]).toBeCloseTo(last[generated[n]!]! - Math.log(sum), 3);
      expect(last[generated[n]!]).toBe(Math.max(...known));
    }
  });

  it('tells where each token ends in the text', async () => {
    const { ids: generated, text, tokenEnds } = await engine.generate(request(ids(20), 15));
    const ends = generated.map((_, index) => tokenizer.decode(generated.slice(0, index + 1)).length);
    // A character that is spread over tokens is in the text once its last byte has come.
    expect(tokenEnds.filter((end, index) => end === ends[index]).length).toBeGreaterThan(5);
    expect(tokenEnds.at(-1)).toBe(text.length);
    expect(tokenEnds.every((end, index) => end >= (tokenEnds[index - 1] ?? 0))).toBe(true);
  });

  it('ends before the token with which it becomes less likely than was asked for', async () => {
    const all = await engine.generate(request(ids(20), 15));
    const sums = all.logProbabilities.map((_, index) =>
      all.logProbabilities.slice(0, index + 1).reduce((sum, one) => sum + one),
    );
    const minLogProbability = (sums[4]! + sums[5]!) / 2;
    const cut = await engine.generate(request(ids(20), 15, { minLogProbability }));
    expect(cut).toMatchObject({ stopReason: 'unlikely', ids: all.ids.slice(0, 5) });
    expect(cut.text).toBe(all.text.slice(0, all.tokenEnds[4]));
    expect(cut.logProbabilities).toHaveLength(5);
  });

  it('tells its progress line by line where that is wanted', async () => {
    const body = 'import os\nimport re\nimport sys\n';
    const prompt = { kind: 'text', body, after: '', cut: 'start', heal: false } as const;
    const told = async (progress: 'line' | 'token') => {
      const texts: string[] = [];
      const onProgress = ({ text }: { text: string }) => void texts.push(text);
      // Loaded anew, and without drafts, whose lengths depend on times: both answers are made by the same calls.
      await engine.load({ modelFolder: path.resolve('models/starter'), nThreads: 1, device: 'cpu' });
      await engine.generate(request([], 60, { prompt, progress, drafting: false }), { onProgress });
      return texts;
    };
    const nLines = (text = '') => text.split('\n').length;
    const byToken = await told('token');
    const firstOfEach = byToken.filter((text, index) => nLines(text) > nLines(byToken[index - 1]));
    expect(firstOfEach.length).toBeGreaterThan(2);
    expect(await told('line')).toEqual(firstOfEach);
  });

  it('ends where the model says the same over and over, if it is to', async () => {
    await engine.load({ modelFolder: path.resolve('models/starter'), nThreads: 1, device: 'cpu' });
    const body = 'total = total + 1\n'.repeat(12);
    const prompt = { kind: 'text', body, after: '', cut: 'start', heal: false } as const;
    const asked = request([], 300, { prompt });
    const endless = await engine.generate(asked);
    const ended = await engine.generate({ ...asked, endsLoops: true });
    expect([endless.stopReason, endless.ids.length]).toEqual(['length', 300]);
    expect(ended.stopReason).toBe('loop');
    expect(endless.text.startsWith(ended.text)).toBe(true);
    expect(ended.text.length).toBeLessThan(200);
  });

  it('ends at its limit, or where the window is full', async () => {
    expect((await engine.generate(request(ids(10), 3))).stopReason).toBe('length');
    const full = await engine.generate(request(ids(WINDOW / 2), WINDOW - 1, { ignoreEndOfText: true }));
    expect([full.stopReason, full.ids.length]).toEqual(['window', WINDOW / 2]);
    await expect(engine.generate(request(ids(WINDOW - 2), 3))).rejects.toMatchObject({ code: 'too-long' });
  });

  it('grows: each text begins the next, and the last', async () => {
    const stream = async (stop: GenerateRequest['stop']) => {
      const texts: string[] = [];
      const { text } = await engine.generate(request(ids(30), 30, { stop }), {
        onProgress: ({ text: soFar }) => void texts.push(soFar),
      });
      return [...texts, text];
    };
    const texts = await stream([]);
    // Ends that are spread over two tokens: when the first of them comes, it is not known yet whether it stays.
    const ends = texts
      .slice(0, -1)
      .map((text, index) => texts[index + 1]!.slice(text.length - 1, text.length + 1));
    for (const end of ['', ...ends]) {
      const grown = await stream(end === '' ? [] : [{ kind: 'before', text: end }]);
      for (const [index, text] of grown.entries())
        expect((grown[index + 1] ?? text).startsWith(text)).toBe(true);
    }
  });

  it.each([
    'return val',
    'x = "日',
    'naïve caf',
    'a\r\n\tb 👩‍👩',
    'if x:\n        ',
    '\ud83d',
    'print(self._na',
  ])('goes on with what stands before the cursor: %j', async (body) => {
    const { ids: generated, text, promptTokens } = await engine.generate(healed(body));
    const wellFormed = Buffer.from(body).toString();
    const kept = tokenizer.encode(wellFormed).slice(0, promptTokens);
    const whole = Buffer.concat([...kept, ...generated].map((id) => tokenizer.vocabulary.bytesOf(id)!));
    const typed = Buffer.from(wellFormed);
    expect(whole.subarray(0, typed.length)).toEqual(typed);
    expect(whole.subarray(typed.length).toString().startsWith(text)).toBe(true);
  });

  it.each([
    ['no tokens', request(ids(5), 0), 'new tokens is 0'],
    ['more tokens than the window', request(ids(5), WINDOW), 'new tokens is 256'],
    ['half a token', request(ids(5), 1.5), 'new tokens is 1.5'],
    ['no prompt', request([], 5), 'prompt is empty'],
    ['an id outside the vocabulary', request([1, 50_300], 5), 'Token 50300'],
    ['a negative id', request([-1], 5), 'Token -1'],
    [
      'no temperature',
      request(ids(5), 5, { sampling: { kind: 'random', temperature: 0, seed: 1 } }),
      'temperature is 0',
    ],
    [
      'no choice',
      request(ids(5), 5, { sampling: { kind: 'random', temperature: 1, topK: 0, seed: 1 } }),
      'top-k is 0',
    ],
    [
      'no share',
      request(ids(5), 5, { sampling: { kind: 'random', temperature: 1, topP: 0, seed: 1 } }),
      'top-p is 0',
    ],
  ])('is refused for %s', async (_, wanted, message) => {
    await expect(engine.generate(wanted)).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('what has been computed', () => {
  it('is used again, and changes nothing', async () => {
    const file = ids(150);
    const edits = [file, [...file, 7, 8], file.slice(0, 90), [...file.slice(0, 120), 5], ids(80, 130), file];
    const recomputed: number[] = [];
    for (const prompt of edits) {
      const result = await engine.generate(request(prompt, 6));
      expect(result.ids).toEqual(await alone(request(prompt, 6)));
      recomputed.push(result.recomputedTokens);
    }
    // The last token of a prompt is always run: its logits are where the answer begins.
    expect(recomputed.slice(0, 4)).toEqual([150, 2, 1, 31]);
    expect(recomputed[5]).toBeLessThanOrEqual(31);
  });

  it('is used again after a cancellation, at whatever call', async () => {
    const prompt = ids(100);
    const expected = await alone(request(prompt, 10));
    for (const nTexts of [1, 4]) {
      const abort = new AbortController();
      const { result } = await started(request(prompt, 50), nTexts, { signal: abort.signal });
      abort.abort();
      expect(await result).toMatchObject({ code: 'cancelled' });
      const again = await engine.generate(request(prompt, 10));
      expect([again.ids, again.recomputedTokens]).toEqual([expected, 1]);
    }
  });

  it('goes over to a newer completion of the same text, although the older one was still running', async () => {
    const prompt = ids(140);
    const completion = { priority: 'completion' } as const;
    const older = await started(request(prompt, 100, completion), 2);
    const newer = await engine.generate(request([...prompt, 9], 5, completion));
    expect(await older.result).toMatchObject({ code: 'cancelled' });
    expect(newer.recomputedTokens).toBeLessThanOrEqual(2);
    expect(newer.ids).toEqual(await alone(request([...prompt, 9], 5)));
  });
});

it('lets a completion in between the calls of a task, and each gives what it gives alone', async () => {
  const [long, short] = [request(ids(60), 60), request(ids(30, 200), 10, { priority: 'completion' })];
  const task = await started(long, 5);
  let isTaskOver = false;
  void task.result.then(() => (isTaskOver = true));
  const completed = await engine.generate(short);
  expect(isTaskOver).toBe(false);
  expect(completed.ids).toEqual(await alone(short));
  expect(await task.result).toMatchObject({ ids: await alone(long) });
});
