/**
 * One generation: prefill what the cache does not hold, then token by token, or several at once where they could be
 * foreseen (drafter.ts), until a rule, the end of the text or the limit. Between any two native calls it can be
 * cancelled, or wait for a more urgent one.
 */
import type { DraftStep } from '../model/draftTrace.ts';
import type { Generated, GeneratedSoFar, GenerateRequest } from '../model/generation.ts';
import { alternativesTo } from './alternatives.ts';
import { Answer } from './answer.ts';
import type { ChunkPlanner } from './chunkPlanner.ts';
import { CopyModel } from './copyModel.ts';
import { Drafter, lookupFor, mostDrafted, traceOf } from './drafter.ts';
import type { DraftKnowledge } from './draftPolicy.ts';
import type { EncodedTexts } from './encodedTexts.ts';
import type { FittedPrompt } from './fittedPrompt.ts';
import type { KvCache } from './kvCache.ts';
import type { Choice } from './mixture.ts';
import type { Model } from './model.ts';
import type { Logits, WantedRows } from './runner.ts';
import { spell, type Spelled } from './spelling.ts';
import type { TokenMask } from './tokenMask.ts';

export type GenerationContext = {
  readonly model: Model;
  readonly cache: KvCache;
  readonly planner: ChunkPlanner;
  readonly texts: EncodedTexts;
  readonly drafts: DraftKnowledge;
  /** What each answer may say, where that is bound. */
  readonly newMask?: (() => TokenMask) | undefined;
  /** Waits for its turn, runs one native call, and throws `cancelled` once the generation has been ended. */
  readonly call: <T>(run: () => Promise<T>) => Promise<T>;
  readonly onProgress: ((soFar: GeneratedSoFar) => void) | undefined;
};

/** Room made for an answer at once; most are short, and a longer one makes the cache grow. */
const RESERVED_TOKENS = 32;

export async function generate(
  request: GenerateRequest,
  prompt: FittedPrompt,
  context: GenerationContext,
): Promise<Generated> {
  const startMs = performance.now();
  // The last token of the prompt is always run: its logits are where the answer begins.
  context.cache.truncate(prompt.ids.length - 1);
  context.cache.reserve(prompt.ids.length + Math.min(request.maxTokens, RESERVED_TOKENS));
  const pending = prompt.ids.slice(context.cache.length);
  const logits = await prefill(pending, context);
  const prefillMs = performance.now() - startMs;

  const begun = await spellBegun(prompt, logits, context);
  const answer = newAnswer(request, prompt, context);
  const tell = () => {
    if (context.onProgress !== undefined && answer.hasNews()) context.onProgress(answer.soFar());
  };
  const lookup = lookupFor(request, prompt.ids, context.model.tokenizer);
  const drafter = lookup && new Drafter(lookup, context.drafts);
  await goOn(answer, begun.choices, () => Promise.resolve(begun.logits), { ...context, drafter, tell });
  const alternatives = await alternativesTo(answer, request.alternatives ?? 0, (choices) =>
    answerFrom(choices, newAnswer(request, prompt, context), { ...context, prompt }),
  );
  const decodeMs = performance.now() - startMs - prefillMs;
  return {
    ...answer.soFar(),
    text: answer.text,
    ids: answer.ids,
    stopReason: answer.stopReason,
    promptTokens: prompt.ids.length,
    recomputedTokens: pending.length,
    cutTokens: prompt.cutTokens,
    ms: { prefill: prefillMs, decode: decodeMs },
    ...(prompt.droppedTurns !== undefined && { droppedTurns: prompt.droppedTurns }),
    ...(drafter && { draft: drafter.counts }),
    ...(request.alternatives !== undefined && { alternatives }),
    ...(request.drafting === 'traced' && { draftSteps: draftSteps(request, prompt, { answer, ...context }) }),
  };
}

/** Nothing of it is there yet. */
function newAnswer(request: GenerateRequest, prompt: FittedPrompt, context: GenerationContext): Answer {
  return new Answer(request, prompt, {
    model: context.model,
    copy: copyModelFor(request, prompt, context),
    mask: context.newMask?.(),
  });
}

/** The first tokens of a word that was begun, where it has several, and the logits behind them. */
async function spellBegun(
  { ids, healing }: FittedPrompt,
  logits: Logits,
  context: GenerationContext,
): Promise<Spelled> {
  if (healing.length === 0) return { choices: [], logits };
  const { model, cache } = context;
  const spelled = await spell(healing, logits, {
    ...{ vocabulary: model.tokenizer.vocabulary, nKnownIds: model.nKnownIds },
    logitsBehind: (more) => logitsOf([...ids, ...more], context),
  });
  const taken = [...ids, ...spelled.choices.map(({ id }) => id)];
  // Where the search ended on another way, the cache holds that one.
  if (cache.commonPrefix(taken) < taken.length) return { ...spelled, logits: await logitsOf(taken, context) };
  cache.truncate(taken.length);
  return spelled;
}

/** Takes the choices, and goes on from there as the model does. */
async function goOn(
  answer: Answer,
  choices: readonly Choice[],
  logitsBehind: () => Promise<Logits>,
  context: Decoding,
): Promise<Answer> {
  for (const choice of choices) if (answer.take(choice)) return answer;
  await decode(answer, await logitsBehind(), context);
  return answer;
}

/** Another answer, quietly. */
async function answerFrom(
  choices: readonly Choice[],
  answer: Answer,
  { prompt, ...context }: GenerationContext & { readonly prompt: FittedPrompt },
): Promise<Answer> {
  const logitsBehind = () => logitsOf([...prompt.ids, ...answer.ids], context);
  return goOn(answer, choices, logitsBehind, { ...context, drafter: undefined, tell: () => undefined });
}

/** Logits behind ids of which the cache may hold a part. */
async function logitsOf(ids: readonly number[], context: GenerationContext): Promise<Logits> {
  const { cache } = context;
  cache.truncate(Math.min(cache.commonPrefix(ids), ids.length - 1));
  return prefill(ids.slice(cache.length), context);
}

/** An end that is a token of its own takes a step, too: one that cannot be drafted. */
function draftSteps(
  request: GenerateRequest,
  { ids: promptIds }: FittedPrompt,
  { answer: { ids, stopReason }, model }: GenerationContext & { readonly answer: Answer },
): DraftStep[] {
  const lookup = lookupFor(request, promptIds, model.tokenizer);
  const steps = lookup === undefined ? [] : traceOf(lookup, ids);
  const isOneMore = ids.length > 0 && (stopReason === 'end-of-text' || stopReason === 'unlikely');
  return isOneMore ? [...steps, [0, 0, 0]] : steps;
}

type Decoding = GenerationContext & { readonly drafter: Drafter | undefined; readonly tell: () => void };

/** Takes an answer to its end. @param logits of the last token before it goes on */
async function decode(answer: Answer, logits: Logits, context: Decoding): Promise<void> {
  const { drafter, tell } = context;
  let isOver = answer.accept(logits);
  drafter?.learn(answer.ids, 0);
  while (!isOver) {
    tell();
    isOver = await step(answer, context);
  }
}

/** Runs the last token and what is drafted behind it. True: the answer is complete. */
async function step(answer: Answer, context: Decoding): Promise<boolean> {
  const { model, cache, planner, drafter, tell } = context;
  const draft = drafter?.propose(mostDrafted(answer.roomTokens, planner)) ?? [];
  const { length } = cache;
  const nBefore = answer.ids.length;
  const logits = await timedForward([answer.lastId, ...draft], context, 'all');
  let accepted = 0;
  for (;;) {
    const isOver = answer.accept(rowOf(logits, accepted, model.architecture.vocabularySize));
    if (isOver || answer.lastId !== draft[accepted]) {
      // What follows was drafted behind a token that did not come.
      cache.truncate(length + 1 + accepted);
      drafter?.learn(answer.ids.slice(nBefore), accepted);
      return isOver;
    }
    accepted++;
    tell();
  }
}

function rowOf({ values, logSumExp }: Logits, row: number, size: number): Logits {
  return {
    values: values.subarray(row * size, (row + 1) * size),
    logSumExp: logSumExp.subarray(row, row + 1),
  };
}

/** Only where the most likely token is wanted: what is drawn is drawn from the model. */
function copyModelFor(
  { copyFrom, sampling }: GenerateRequest,
  { ids }: FittedPrompt,
  { texts }: GenerationContext,
): CopyModel | undefined {
  if (copyFrom === undefined || sampling.kind !== 'greedy') return undefined;
  const others = copyFrom.map((text) => texts.encode(text));
  return new CopyModel([...others, ids], texts.words);
}

/** Runs `ids` in chunks and returns the logits of the last one. */
export async function prefill(ids: readonly number[], context: GenerationContext): Promise<Logits> {
  let logits: Logits = { values: new Float32Array(), logSumExp: new Float32Array() };
  for (let start = 0; start < ids.length;) {
    const chunk = ids.slice(start, start + context.planner.next());
    logits = await timedForward(chunk, context, 'last');
    start += chunk.length;
  }
  return logits;
}

async function timedForward(
  ids: readonly number[],
  { model, cache, planner, drafts, call }: GenerationContext,
  wanted: WantedRows,
): Promise<Logits> {
  return call(async () => {
    const startMs = performance.now();
    const logits = await model.forward(cache, ids, wanted);
    const ms = performance.now() - startMs;
    // The logits of many tokens are a good part of what a call costs, and a prompt's chunks do without.
    if (wanted === 'last' || ids.length === 1) planner.record(ids.length, ms);
    if (wanted === 'all') drafts.costs.record(ids.length, ms);
    return logits;
  });
}
