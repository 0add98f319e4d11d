/** The engine of one worker thread: a model, its caches, and everybody who wants something of it. */
import { assert } from '../base/assert.ts';
import { say } from '../base/sentence.ts';
import { isCancelled, messageOf, UserError } from '../base/userError.ts';
import { DEVICE_LABELS, type LoadOptions } from '../model/device.ts';
import type { Replayed, ReplayParams } from '../model/draftTrace.ts';
import type {
  Generated,
  GeneratedSoFar,
  GenerateRequest,
  ModelSummary,
  Sampling,
} from '../model/generation.ts';
import { precisionLabel, weightsBytes } from '../model/manifest.ts';
import { CachePool } from './cachePool.ts';
import { ChunkPlanner } from './chunkPlanner.ts';
import { deviceFailure } from './devices/deviceFailure.ts';
import { replayDrafts } from './draftReplay.ts';
import { newDraftKnowledge, type DraftKnowledge } from './draftPolicy.ts';
import { generate } from './generator.ts';
import type { Model } from './model.ts';
import { openModel, type OpenModel } from './devices/openModel.ts';
import { PromptBudget } from './promptBudget.ts';
import { EncodedTexts } from './encodedTexts.ts';
import { fitPrompt } from './promptWindow.ts';
import { greatest } from './sampler.ts';
import { scoreText, type Score } from './score.ts';
import { noGrammar, TokenMasks, type GrammarOf } from './tokenMask.ts';
import { Turns, type Call } from './turns.ts';

/** The part of the window that is always left for the answer. */
const MIN_ANSWER_TOKENS = 16;

export type GenerateHooks = {
  readonly signal?: AbortSignal;
  readonly onProgress?: ((soFar: GeneratedSoFar) => void) | undefined;
};

type Loaded = {
  readonly model: Model;
  readonly pool: CachePool;
  readonly planner: ChunkPlanner;
  readonly budget: PromptBudget;
  readonly texts: EncodedTexts;
  readonly drafts: DraftKnowledge;
  readonly masks: TokenMasks;
  readonly options: LoadOptions;
  readonly summary: ModelSummary;
  /** Its device has failed; whoever was at work is ended, and starts again elsewhere. */
  hasFailed: boolean;
};

export class Engine {
  readonly #turns = new Turns();
  readonly #grammarOf: GrammarOf;
  #loaded: Loaded | undefined;
  /** The last load; never fails. Loads wait for one another, so that the last one asked for is the one that stays. */
  #loading: Promise<unknown> = Promise.resolve();

  /** @param grammarOf what the constraints of requests mean */
  constructor(grammarOf: GrammarOf = noGrammar) {
    this.#grammarOf = grammarOf;
  }

  /** Loads a model in place of the one before it. */
  async load(options: LoadOptions): Promise<ModelSummary> {
    const loading = this.#loading.then(() => this.#replace(options));
    this.#loading = loading.catch(() => undefined);
    return loading;
  }

  async #replace(options: LoadOptions): Promise<ModelSummary> {
    await this.#unload();
    // What has been said meanwhile is heard first: nothing is recorded by an engine that has been told to close.
    await new Promise((resolve) => setImmediate(resolve));
    this.#turns.checkOpen();
    return this.#open(options);
  }

  async #open(options: LoadOptions): Promise<ModelSummary> {
    const startMs = performance.now();
    const open = await openModel(options);
    const { model } = open;
    const planner = new ChunkPlanner(open.maxChunkTokens);
    const pool = new CachePool({
      newCache: () => model.newCache(),
      fullBytes: model.cacheBytesPerToken * model.architecture.nPositions,
    });
    await warmUp(model, pool, planner);
    const budget = new PromptBudget(model.architecture.nPositions);
    const summary = summarise(open, performance.now() - startMs);
    this.#loaded = {
      ...{ model, pool, planner, budget, options, summary },
      texts: new EncodedTexts(model.tokenizer),
      drafts: newDraftKnowledge(),
      masks: new TokenMasks(
        { vocabulary: model.tokenizer.vocabulary, nKnownIds: model.nKnownIds },
        this.#grammarOf,
      ),
      hasFailed: false,
    };
    return summary;
  }

  /** Where a device fails on the way, the model moves to the processor, which then gives the whole answer. */
  async generate(request: GenerateRequest, hooks: GenerateHooks = {}): Promise<Generated> {
    const loaded = this.#ready();
    try {
      return await this.#generateOn(loaded, request, hooks);
    } catch (error) {
      // A completion that was ended is asked for again by the next keystroke.
      const wasEnded = isCancelled(error) && request.priority === 'task' && hooks.signal?.aborted !== true;
      const hasFailed = !(error instanceof UserError) || (wasEnded && loaded.hasFailed);
      if (loaded.model.device === 'cpu' || !hasFailed) throw error;
      const movedTo = await this.#leaveDevice(loaded, error);
      return { ...(await this.#generateOn(this.#ready(), request, hooks)), movedTo };
    }
  }

  async #generateOn(
    loaded: Loaded,
    request: GenerateRequest,
    { signal, onProgress }: GenerateHooks,
  ): Promise<Generated> {
    const { model, pool, planner, texts, drafts, masks } = loaded;
    checkRequest(request, model);
    const answerTokens = Math.min(
      request.maxTokens,
      Math.max(MIN_ANSWER_TOKENS, model.architecture.nPositions >> 1),
    );
    loaded.budget.adapt(planner.msPerToken);
    const windowTokens =
      request.prompt.kind === 'file' ? loaded.budget.windowTokens : model.architecture.nPositions;
    const prompt = fitPrompt(request.prompt, model.tokenizer, { windowTokens, answerTokens });
    if (prompt.ids.length === 0)
      throw new UserError('bad-argument', 'There is nothing to go on from: the prompt is empty.');
    checkIds(prompt.ids, model);

    const run = async (call: Call) => {
      const cache = pool.take(prompt.ids);
      try {
        return await generate(request, prompt, {
          ...{ model, cache, planner, texts, drafts, call, onProgress },
          mask: request.constraint && masks.create(request.constraint),
        });
      } finally {
        pool.give(cache);
      }
    };
    return this.#turns.enter({ priority: request.priority, signal }, run);
  }

  /**
   * Logits of every position of `ids`, run in chunks of `chunkTokens`: for tests and comparisons.
   * Returns the most likely next id per position, and the logits of the last one.
   */
  async logits(
    ids: readonly number[],
    chunkTokens: number,
  ): Promise<{ argmax: number[]; last: Float32Array }> {
    const { model } = this.#ready();
    if (ids.length > model.architecture.nPositions) {
      throw new UserError(
        'too-long',
        say`${ids.length} ids do not fit the model's window of ${model.architecture.nPositions}.`,
      );
    }
    checkIds(ids, model);
    assert(chunkTokens >= 1, 'a chunk holds a token');
    const { vocabularySize } = model.architecture;
    const cache = model.newCache();
    const argmax: number[] = [];
    let last: Float32Array = new Float32Array();
    await this.#turns.enter({ priority: 'task' }, async (call) => {
      for (let start = 0; start < ids.length; start += chunkTokens) {
        const chunk = ids.slice(start, start + chunkTokens);
        const { values } = await call(() => model.forward(cache, chunk, 'all'));
        for (let row = 0; row < chunk.length; row++) {
          last = values.slice(row * vocabularySize, (row + 1) * vocabularySize);
          argmax.push(greatest(last, { below: vocabularySize }));
        }
      }
    });
    return { argmax, last };
  }

  /** How well the model foresees `text`. */
  async score(text: string): Promise<Score> {
    const { model } = this.#ready();
    return this.#turns.enter({ priority: 'task' }, (call) => scoreText(text, model, call));
  }

  /** Times recorded drafts on this model: for measurements. */
  async replayDrafts(params: ReplayParams): Promise<Replayed> {
    const { model, planner } = this.#ready();
    return this.#turns.enter({ priority: 'task' }, (call) => replayDrafts(params, { model, planner, call }));
  }

  /** Ends all generations, waits for the native call in progress, and frees the model. */
  async close(): Promise<void> {
    await this.#turns.close();
    await this.#loading;
    await this.#unload();
  }

  /** Opens the model on the processor in place of `failed`, unless another generation has done so. */
  async #leaveDevice(failed: Loaded, error: unknown): Promise<ModelSummary> {
    failed.hasFailed = true;
    const moving = this.#loading.then(async () => {
      this.#turns.checkOpen();
      if (this.#loaded !== failed) return this.#ready().summary;
      await this.#unload();
      const summary = await this.#open({ ...failed.options, device: 'cpu' });
      const { sentence: reason } = deviceFailure(messageOf(error));
      const label = DEVICE_LABELS[failed.model.device];
      const notice = say`${label} failed (${reason}). The model now runs on: ${summary.hardware}. "GPT-J: Restart" tries ${label} again.`;
      return { ...summary, notice };
    });
    this.#loading = moving.catch(() => undefined);
    return moving;
  }

  async #unload(): Promise<void> {
    const loaded = this.#loaded;
    // First of all, so that nobody begins with a model that is about to be freed.
    this.#loaded = undefined;
    await this.#turns.endAll();
    loaded?.pool.dispose();
    await loaded?.model.close();
  }

  #ready(): Loaded {
    if (this.#loaded === undefined) throw new UserError('no-model', 'No model is loaded.');
    return this.#loaded;
  }
}

/** So that the first request finds a measured speed. */
async function warmUp(model: Model, pool: CachePool, planner: ChunkPlanner): Promise<void> {
  const cache = pool.take([]);
  for (const nTokens of [planner.next(), 1]) {
    const startMs = performance.now();
    await model.forward(cache, new Array<number>(nTokens).fill(0));
    planner.record(nTokens, performance.now() - startMs);
  }
  cache.truncate(0);
  pool.give(cache);
}

function summarise({ model, hardware, considered, notice }: OpenModel, loadMs: number): ModelSummary {
  const { manifest, architecture, device } = model;
  return {
    name: manifest.name,
    precision: precisionLabel(manifest),
    ...{ device, hardware, considered },
    weightsBytes: weightsBytes(manifest),
    nPositions: architecture.nPositions,
    vocabularySize: architecture.vocabularySize,
    languages: manifest.languages,
    prompts: manifest.prompts,
    loadMs,
    ...(notice !== undefined && { notice }),
  };
}

function checkRequest({ maxTokens, sampling }: GenerateRequest, { architecture }: Model): void {
  if (!Number.isInteger(maxTokens) || maxTokens < 1 || maxTokens >= architecture.nPositions) {
    const most = architecture.nPositions - 1;
    throw new UserError(
      'bad-argument',
      say`The number of new tokens is ${maxTokens}; it can be 1 to ${most} with this model.`,
    );
  }
  if (sampling.kind === 'random') checkSampling(sampling);
}

function checkSampling({ temperature, topK, topP }: Extract<Sampling, { kind: 'random' }>): void {
  const problem = !(temperature > 0 && temperature < Infinity)
    ? say`The temperature is ${temperature}; it must be above 0.`
    : topK !== undefined && !(Number.isInteger(topK) && topK >= 1)
      ? say`The top-k is ${topK}; it must be a whole number from 1 on.`
      : topP !== undefined && !(topP > 0 && topP <= 1)
        ? say`The top-p is ${topP}; it must be above 0 and at most 1.`
        : undefined;
  if (problem !== undefined) throw new UserError('bad-argument', problem);
}

function checkIds(ids: readonly number[], { architecture }: Model): void {
  const strange = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= architecture.vocabularySize);
  if (strange === undefined) return;
  throw new UserError(
    'bad-argument',
    say`Token ${strange} is outside the model's vocabulary of ${architecture.vocabularySize}.`,
  );
}
