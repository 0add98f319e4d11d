/** The same request with and without drafting, on a model of its own: drafts are as long as they can be. */
import { expect } from 'vitest';
import { ChunkPlanner } from '../../src/engine/chunkPlanner.ts';
import { Odds, type DraftKnowledge } from '../../src/engine/draftPolicy.ts';
import { generate } from '../../src/engine/generator.ts';
import type { KvCache } from '../../src/engine/kvCache.ts';
import type { Model } from '../../src/engine/model.ts';
import { EncodedTexts } from '../../src/engine/encodedTexts.ts';
import { fitPrompt } from '../../src/engine/promptWindow.ts';
import type { Generated, GeneratedSoFar, GenerateRequest } from '../../src/model/generation.ts';

export type DraftedRun = {
  readonly generated: Generated;
  readonly told: readonly GeneratedSoFar[];
  readonly cache: KvCache;
  /** The calls behind the prompt: tokens drafted in each, and how many of them were right. */
  readonly calls: readonly { readonly proposed: number; readonly accepted: number }[];
  /** Tokens in the longest native call. */
  readonly longestCall: number;
};

/** Calls with several tokens cost nothing here, so that every draft is tried. */
const eager = (): DraftKnowledge => ({ costs: { of: () => 1, record: () => undefined }, odds: new Odds() });

/** Chunks of one size: where the time that they take decides, each run rounds in its own way. */
class EvenChunks extends ChunkPlanner {
  readonly #nTokens: number;

  constructor(nTokens: number) {
    super(nTokens);
    this.#nTokens = nTokens;
  }

  override next(): number {
    return this.#nTokens;
  }
}

export async function draftedRun(
  model: Model,
  request: GenerateRequest,
  { maxChunkTokens = 512, knowledge = eager() } = {},
): Promise<DraftedRun> {
  const { nPositions } = model.architecture;
  const answerTokens = Math.min(request.maxTokens, nPositions >> 1);
  const prompt = fitPrompt(request.prompt, model.tokenizer, { windowTokens: nPositions, answerTokens });
  const cache = model.newCache();
  const told: GeneratedSoFar[] = [];
  const calls: { start: number; nTokens: number }[] = [];
  const generated = await generate(request, prompt, {
    ...{ model, cache, drafts: knowledge, planner: new EvenChunks(maxChunkTokens) },
    texts: new EncodedTexts(model.tokenizer),
    call: async (run) => {
      const start = cache.length;
      const result = await run();
      calls.push({ start, nTokens: cache.length - start });
      return result;
    },
    onProgress: (soFar) => void told.push(soFar),
  });
  const ends = [...calls.slice(1).map(({ start }) => start), cache.length];
  return {
    ...{ generated, told, cache },
    calls: calls
      .map(({ start, nTokens }, index) => ({
        ...{ start, proposed: nTokens - 1, accepted: ends[index]! - start - 1 },
      }))
      .filter(({ start }) => start >= prompt.ids.length),
    longestCall: Math.max(...calls.map(({ nTokens }) => nTokens)),
  };
}

/** Everything of an answer but times and counts; probabilities as far as rounding leaves them alone. */
export function expectSameRun(drafted: DraftedRun, plain: DraftedRun, digits: number): void {
  const { ids, text, tokenEnds, stopReason, logProbabilities } = drafted.generated;
  expect({ ids, text, tokenEnds, stopReason }).toEqual({
    ids: plain.generated.ids,
    text: plain.generated.text,
    tokenEnds: plain.generated.tokenEnds,
    stopReason: plain.generated.stopReason,
  });
  expect(logProbabilities).toHaveLength(ids.length);
  for (const [index, value] of plain.generated.logProbabilities.entries())
    expect(logProbabilities[index]).toBeCloseTo(value, digits);
  expect(drafted.told.map((soFar) => soFar.text)).toEqual(plain.told.map((soFar) => soFar.text));
  expect(drafted.cache.length).toBe(plain.cache.length);
}
