/** Drafting changes when an answer comes, never the answer: token by token and with drafts, on real sessions. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Model } from '../../../src/engine/model.ts';
import { GREEDY, type GenerateRequest } from '../../../src/model/generation.ts';
import { FP32, type TensorForm } from '../../../src/model/tensors.ts';
import { expectAsGood } from '../../support/asGood.ts';
import { draftedRun, expectSameRun, type DraftedRun } from '../../support/draftedAnswer.ts';
import { importGolden, withTempFolder } from '../../support/goldenModel.ts';
import { hasSoftwareGpu, useSoftwareGpu } from '../../support/softwareGpu.ts';
import { LIBRARY_PY, ORCHARD_SQL } from '../../support/unseenFiles.ts';

const STARTER = path.resolve('models/starter');
const FOUR_BITS: TensorForm = { kind: 'blocks', bits: 4, block: 32 };

/** What the software GPU is right with, and no more. */
const SMALL_CHUNK_TOKENS = 24;

const task = (
  prompt: GenerateRequest['prompt'] | readonly number[],
  maxTokens: number,
  more: Partial<GenerateRequest> = {},
): GenerateRequest => ({
  prompt: 'kind' in prompt ? prompt : { kind: 'ids', ids: prompt },
  ...{ maxTokens, sampling: GREEDY, stop: [], priority: 'task' as const, ...more },
});

async function bothWays(model: Model, request: GenerateRequest, maxChunkTokens = 512) {
  const plain = await draftedRun(model, { ...request, drafting: false }, { maxChunkTokens });
  const drafted = await draftedRun(model, request, { maxChunkTokens });
  expect(drafted.longestCall).toBeLessThanOrEqual(maxChunkTokens);
  return { plain, drafted };
}

/** Random tokens of which pieces come again and again, some of them changed. */
function repetitive(seed: number, vocabularySize: number): number[] {
  const random = seededRandom(seed);
  const draw = (below: number) => Math.floor(random() * below);
  const ids = Array.from({ length: 8 }, () => draw(vocabularySize));
  while (ids.length < 90) {
    const start = draw(ids.length);
    ids.push(...ids.slice(start, start + 1 + draw(12)));
    if (draw(3) === 0) ids.push(draw(vocabularySize));
  }
  return ids;
}

/** How often drafts were confirmed as a whole, in part and not at all. */
function fates(runs: readonly DraftedRun[]): { full: number; part: number; none: number } {
  const found = { full: 0, part: 0, none: 0 };
  for (const { proposed, accepted } of runs.flatMap(({ calls }) => calls)) {
    if (proposed > 0) found[accepted === 0 ? 'none' : accepted === proposed ? 'full' : 'part']++;
  }
  return found;
}

async function withGolden(form: TensorForm, use: (model: Model) => Promise<void>): Promise<void> {
  await withTempFolder(async (temp) => {
    await importGolden('safetensors-f32', path.join(temp, 'model'), form);
    const model = await Model.load(path.join(temp, 'model'), { nThreads: 1 });
    await use(model).finally(() => model.close());
  });
}

describe('in fp32', () => {
  it('the answer is the one of token by token, with every probability, text and end', async () => {
    await withGolden(FP32, async (model) => {
      const runs: DraftedRun[] = [];
      for (let seed = 0; seed < 60; seed++) {
        const prompt = repetitive(seed, model.architecture.vocabularySize);
        const { plain, drafted } = await bothWays(model, task(prompt, 1 + (seed % 40)));
        expectSameRun(drafted, plain, 3);
        runs.push(drafted);
      }
      const { full, part, none } = fates(runs);
      expect(Math.min(full, part, none)).toBeGreaterThan(2);
    });
  });

  it.each<[string, (ids: readonly number[], text: string) => Partial<GenerateRequest>]>([
    ['at a text that a draft runs over', (_, text) => ({ stop: [{ kind: 'before', text: text.slice(-3) }] })],
    ['behind a text', (_, text) => ({ stop: [{ kind: 'behind', text: text.slice(-3) }] })],
    ['where it has become unlikely', () => ({ minLogProbability: -12 })],
    ['never with the end of the text', () => ({ ignoreEndOfText: true })],
  ])('it ends %s', async (_, more) => {
    await withGolden(FP32, async (model) => {
      for (let seed = 100; seed < 115; seed++) {
        const prompt = repetitive(seed, model.architecture.vocabularySize);
        const whole = await draftedRun(model, task(prompt, 30, { drafting: false }));
        const request = task(prompt, 60, more(whole.generated.ids, whole.generated.text));
        const { plain, drafted } = await bothWays(model, request);
        expectSameRun(drafted, plain, 3);
      }
    });
  });

  it('it fills the window to its last place', async () => {
    await withGolden(FP32, async (model) => {
      const { nPositions, vocabularySize } = model.architecture;
      const prompt = Array.from({ length: nPositions / 2 }, (_, index) => (index * 7) % vocabularySize);
      const { plain, drafted } = await bothWays(model, task(prompt, nPositions - 1));
      expectSameRun(drafted, plain, 3);
      expect(drafted.generated.stopReason).toBe('window');
      expect(drafted.generated.draft!.accepted).toBeGreaterThan(0);
    });
  });
});

describe('in 4 bits', () => {
  it('a reference model gives the same, or a token that is as good', async () => {
    await withGolden(FOUR_BITS, async (model) => {
      let nSame = 0;
      for (let seed = 0; seed < 40; seed++) {
        const prompt = repetitive(seed, model.architecture.vocabularySize);
        const { plain, drafted } = await bothWays(model, task(prompt, 20));
        if (expectAsGood(plain.generated, drafted.generated)) nSame++;
      }
      expect(nSame).toBeGreaterThan(30);
    });
  });

  describe('the starter', () => {
    let model: Model;
    beforeAll(async () => void (model = await Model.load(STARTER, { nThreads: 2 })));
    afterAll(() => model.close());

    const places = [LIBRARY_PY, ORCHARD_SQL].flatMap((file) =>
      [...file.matchAll(/\n|= |\.|\(/g)].map(({ index }) => ({ file, at: index + 1 })),
    );

    it('goes on with code in the same way, wherever the cursor is, healed and ended by rules', async () => {
      const runs: DraftedRun[] = [];
      let nSame = 0;
      for (const [index, { file, at }] of places.entries()) {
        if (index % 6 > 0 || at < 40) continue;
        const body = file.slice(0, at);
        const request = task({ kind: 'text', body, after: '', cut: 'start', heal: true }, 24, {
          stop: index % 12 === 0 ? [{ kind: 'lines', count: 2 }] : [],
          copyFrom: [file.slice(at)],
        });
        const { plain, drafted } = await bothWays(model, request);
        nSame += Number(expectAsGood(plain.generated, drafted.generated));
        runs.push(drafted);
      }
      const { full, part, none } = fates(runs);
      expect(Math.min(full, part, none)).toBeGreaterThan(2);
      expect(nSame).toBeGreaterThan(0.8 * runs.length);
    });

    it('repeats what a request brings in far fewer calls', async () => {
      const request = task({ kind: 'text', body: LIBRARY_PY, after: '', cut: 'start', heal: false }, 40, {
        ignoreEndOfText: true,
      });
      const { generated } = await draftedRun(model, { ...request, drafting: false });
      const known = LIBRARY_PY.slice(-40) + generated.text;
      for (const copyFrom of [[known], ['x'.repeat(5), known]]) {
        const { calls } = await draftedRun(model, { ...request, copyFrom });
        expect(calls.length).toBeLessThan(generated.ids.length / 2);
      }
      const stop = [{ kind: 'behind', text: generated.text.slice(20, 40) }] as const;
      const ended = await draftedRun(model, { ...request, stop, copyFrom: [known] });
      expect(ended.generated.draft!.accepted).toBe(ended.generated.ids.length - 1 - ended.calls.length);
    });
  });
});

describe('counts', () => {
  it('tell what was proposed and what was right, and are absent where nothing can be drafted', async () => {
    await withGolden(FP32, async (model) => {
      const prompt = repetitive(3, model.architecture.vocabularySize);
      const { plain, drafted } = await bothWays(model, task(prompt, 30));
      const { calls, proposed, accepted } = drafted.generated.draft!;
      expect(calls).toBe(drafted.calls.filter((call) => call.proposed > 0).length);
      expect(proposed).toBe(drafted.calls.reduce((sum, call) => sum + call.proposed, 0));
      expect(accepted).toBe(plain.calls.length - drafted.calls.length);
      expect(plain.generated.draft).toBeUndefined();
      const sampling = { kind: 'random', temperature: 1, seed: 1 } as const;
      expect((await draftedRun(model, task(prompt, 9, { sampling }))).generated.draft).toBeUndefined();
    });
  });

  it('can be replayed from a trace: what would have been drafted at each token', async () => {
    await withGolden(FP32, async (model) => {
      const prompt = repetitive(3, model.architecture.vocabularySize);
      const { generated, calls } = await draftedRun(model, task(prompt, 30, { drafting: 'traced' }));
      const steps = generated.draftSteps!;
      expect(steps).toHaveLength(generated.ids.length - 1);
      // The calls as they were: each begins where the one before it ended.
      let at = 0;
      for (const { proposed, accepted } of calls) {
        const [matchTokens, , agreeing] = steps[at]!;
        if (proposed > 0) expect(matchTokens).toBeGreaterThan(0);
        expect(accepted).toBe(Math.min(proposed, agreeing));
        at += 1 + accepted;
      }
      expect(at).toBe(steps.length);
    });
  });
});

describe('a replay', () => {
  /** Four generations of forty tokens, at each of which a long draft is at hand. */
  const traceOf = (agreeing: (at: number) => number) => ({
    generations: Array.from({ length: 4 }, () => ({
      maxTokens: 60,
      steps: Array.from({ length: 40 }, (_, at) => [12, 0, agreeing(at)] as const),
    })),
  });

  it.each([
    ['right to the end of a run of eight', (at: number) => 7 - (at % 8), 16, 150],
    ['right to the last token', (at: number) => 40 - at, 12, 100],
    ['never right', () => 0, 160, 160],
  ])('makes the calls that a generation would make: %s', async (_, agreeing, atLeast, atMost) => {
    const engine = new Engine();
    await engine.load({ modelFolder: STARTER, nThreads: 2, device: 'cpu' });
    const replayed = await engine.replayDrafts({ trace: traceOf(agreeing), promptTokens: 20 });
    await engine.close();
    const { tokens, callsPlain, callsDrafted, accepted, proposed } = replayed;
    expect([tokens, callsPlain, callsDrafted]).toEqual([160, 160, 160 - accepted]);
    expect(callsDrafted).toBeGreaterThanOrEqual(atLeast);
    expect(callsDrafted).toBeLessThanOrEqual(atMost);
    expect(proposed).toBeGreaterThanOrEqual(accepted);
  });
});

it('is cancelled behind a call with a draft, and what the cache then holds is right', async () => {
  const engine = new Engine();
  await engine.load({ modelFolder: STARTER, nThreads: 2, device: 'cpu' });
  const body = `${'total = total + 1\n'.repeat(12)}total =`;
  const request = task({ kind: 'text', body, after: '', cut: 'start', heal: false }, 60);
  const whole = await engine.generate(request);
  expect(whole.draft!.accepted).toBeGreaterThan(10);
  const abort = new AbortController();
  let nTold = 0;
  const onProgress = () => ++nTold === 3 && abort.abort();
  await expect(
    engine.generate(request, { signal: abort.signal, onProgress: () => void onProgress() }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  // The rest of the call is still told; another call is not made.
  expect(nTold).toBeLessThan(3 + 16);
  const again = await engine.generate({ ...request, drafting: false });
  expectAsGood(whole, again);
  expect(again.recomputedTokens).toBe(1);
  await engine.close();
});

describe.skipIf(!hasSoftwareGpu)('on the software GPU', () => {
  beforeAll(useSoftwareGpu);

  it('drafts are verified in calls that the device is right with', { timeout: 300_000 }, async () => {
    await withTempFolder(async (temp) => {
      await importGolden('safetensors-f32', path.join(temp, 'model'), FP32);
      const gpu = await Model.load(path.join(temp, 'model'), { nThreads: 1, device: 'webgpu' });
      const runs: DraftedRun[] = [];
      for (let seed = 0; seed < 4; seed++) {
        const prompt = repetitive(seed, gpu.architecture.vocabularySize);
        const { plain, drafted } = await bothWays(gpu, task(prompt, 30), SMALL_CHUNK_TOKENS);
        expectSameRun(drafted, plain, 3);
        runs.push(drafted);
      }
      expect(runs.reduce((sum, { generated }) => sum + generated.draft!.accepted, 0)).toBeGreaterThan(3);
      await gpu.close();
    });
  });
});
