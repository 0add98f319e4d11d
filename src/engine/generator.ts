/**
 * One generation: prefill what the cache does not hold, then token by token until a rule, the end of the text or
 * the limit. Between any two native calls it can be cancelled, or wait for a more urgent one.
 */
import type { Generated, GeneratedSoFar, GenerateRequest, StopReason } from '../model/generation.ts';
import { END_OF_TEXT } from '../tokenizer/vocabulary.ts';
import { TokenDecoder } from '../tokenizer/tokenizer.ts';
import type { ChunkPlanner } from './chunkPlanner.ts';
import { CopyModel } from './copyModel.ts';
import type { EncodedTexts } from './encodedTexts.ts';
import type { KvCache } from './kvCache.ts';
import type { Model } from './model.ts';
import type { FittedPrompt } from './fittedPrompt.ts';
import type { Logits } from './runner.ts';
import { createSampler, type Allowed } from './sampler.ts';
import { findStop, settledLength } from './stopRules.ts';

export type GenerationContext = {
  readonly model: Model;
  readonly cache: KvCache;
  readonly planner: ChunkPlanner;
  readonly texts: EncodedTexts;
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
  let logits = await prefill(pending, context);
  const prefillMs = performance.now() - startMs;

  const answer = new Answer(request, prompt, {
    model: context.model,
    copy: copyModelFor(request, prompt, context),
  });
  while (!answer.accept(logits)) {
    if (context.onProgress !== undefined && answer.hasNews()) context.onProgress(answer.soFar());
    logits = await step(answer.lastId, context);
  }
  return {
    ...answer.soFar(),
    text: answer.text,
    ids: answer.ids,
    stopReason: answer.stopReason,
    promptTokens: prompt.ids.length,
    recomputedTokens: pending.length,
    cutTokens: prompt.cutTokens,
    ms: { prefill: prefillMs, decode: performance.now() - startMs - prefillMs },
  };
}

/** Only where the most likely token is wanted: what is drawn is drawn from the model. */
function copyModelFor(
  { copyFrom, sampling }: GenerateRequest,
  { ids }: FittedPrompt,
  { model: { tokenizer }, texts }: GenerationContext,
): CopyModel | undefined {
  if (copyFrom === undefined || sampling.kind !== 'greedy') return undefined;
  const others = copyFrom.map((text) => texts.encode(text));
  return new CopyModel([...others, ids], (id) => tokenizer.vocabulary.bytesOf(id)?.length ?? 0);
}

/** Runs `ids` in chunks and returns the logits of the last one. */
export async function prefill(ids: readonly number[], context: GenerationContext): Promise<Logits> {
  let logits: Logits = { values: new Float32Array(), logSumExp: new Float32Array() };
  for (let start = 0; start < ids.length;) {
    const chunk = ids.slice(start, start + context.planner.next());
    logits = await timedForward(chunk, context);
    start += chunk.length;
  }
  return logits;
}

async function step(id: number, context: GenerationContext): Promise<Logits> {
  return timedForward([id], context);
}

async function timedForward(
  ids: readonly number[],
  { model, cache, planner, call }: GenerationContext,
): Promise<Logits> {
  return call(async () => {
    const startMs = performance.now();
    const logits = await model.forward(cache, ids);
    planner.record(ids.length, performance.now() - startMs);
    return logits;
  });
}

/** What has been generated so far, and whether that is all. */
class Answer {
  text = '';
  readonly ids: number[] = [];
  readonly #logProbabilities: number[] = [];
  readonly #tokenEnds: number[] = [];
  stopReason: StopReason = 'length';
  readonly #request: GenerateRequest;
  readonly #model: Model;
  readonly #decoder: TokenDecoder;
  readonly #sample: ReturnType<typeof createSampler>;
  readonly #copy: CopyModel | undefined;
  readonly #roomTokens: number;
  #decoded = '';
  #healing: Uint8Array;
  /** Of the whole answer: ln of its probability. */
  #logProbability = 0;
  #nLinesTold = 0;

  constructor(
    request: GenerateRequest,
    prompt: FittedPrompt,
    { model, copy }: { model: Model; copy: CopyModel | undefined },
  ) {
    this.#request = request;
    this.#copy = copy;
    this.#model = model;
    this.#decoder = new TokenDecoder(model.tokenizer.vocabulary);
    this.#sample = createSampler(request.sampling);
    this.#healing = prompt.healing;
    this.#roomTokens = model.architecture.nPositions - prompt.ids.length;
  }

  get lastId(): number {
    return this.ids.at(-1) ?? END_OF_TEXT;
  }

  /** Without the text that a rule may still take back: what has been shown must not be taken away again. */
  soFar(): GeneratedSoFar {
    return {
      text: this.text.slice(0, settledLength(this.text, this.#request.stop)),
      logProbabilities: [...this.#logProbabilities],
      tokenEnds: [...this.#tokenEnds],
    };
  }

  /** Whether there is something to tell: a token, or a further whole line, as the request wants it. */
  hasNews(): boolean {
    if (this.#request.progress !== 'line') return true;
    const nLines = this.#decoded.split('\n').length - 1;
    const isNew = nLines > this.#nLinesTold;
    this.#nLinesTold = nLines;
    return isNew;
  }

  /** Chooses the next token. True: the answer is complete. */
  accept(logits: Logits): boolean {
    const { id, logProbability } = this.#sample(logits.values, this.#allowed(logits), this.#copy?.votes());
    if (id === END_OF_TEXT) return this.#stop('end-of-text');
    this.#logProbability += logProbability;
    if (this.#logProbability < (this.#request.minLogProbability ?? -Infinity)) return this.#stop('unlikely');
    this.ids.push(id);
    this.#copy?.push(id);
    this.#decoded += this.#decode(id);
    this.#logProbabilities.push(logProbability);
    this.#tokenEnds.push(this.#decoded.length);
    const end = findStop(this.#decoded, this.#request.stop);
    this.text = this.#decoded.slice(0, end);
    if (end !== undefined) return this.#stop('rule');
    if (this.ids.length >= this.#request.maxTokens) return this.#stop('length');
    return this.ids.length >= this.#roomTokens && this.#stop('window');
  }

  #allowed({ values, logSumExp: [logSumExp = Number.NaN] }: Logits): Allowed {
    const known = this.#model.nKnownIds;
    if (this.#healing.length > 0) {
      const agreeing = this.#model.tokenizer.vocabulary.compatibleWith(this.#healing);
      return { ids: agreeing.filter((id) => id < known) };
    }
    // In both vocabularies, only runs of whitespace lie above the end-of-text token.
    if (this.#request.ignoreEndOfText !== true || known <= END_OF_TEXT) return { below: known, logSumExp };
    // ln(e^logSumExp - e^logit): the sum without the token that is left out.
    const share = Math.exp((values[END_OF_TEXT] ?? -Infinity) - logSumExp);
    return { below: END_OF_TEXT, logSumExp: logSumExp + Math.log1p(-share) };
  }

  /** New text; what stands in the document already is left out. */
  #decode(id: number): string {
    const healed = Math.min(this.#healing.length, this.#model.tokenizer.vocabulary.bytesOf(id)?.length ?? 0);
    this.#healing = this.#healing.subarray(healed);
    return this.#decoder.push(id, healed);
  }

  #stop(reason: StopReason): true {
    this.stopReason = reason;
    return true;
  }
}
