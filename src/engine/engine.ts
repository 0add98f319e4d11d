/** The engine of one worker thread: a model, its caches, and everybody who wants something of it. */
import { assert } from '../base/assert.ts';
import { say } from '../base/sentence.ts';
import { isCancelled, messageOf, UserError } from '../base/userError.ts';
import { DEVICE_LABELS, type LoadOptions } from '../model/device.ts';
import type { Replayed, ReplayParams } from '../model/draftTrace.ts';
import type {
  ContinuationsRequest,
  Generated,
  GeneratedSoFar,
  GenerateRequest,
  ModelSummary,
  Prompt,
  ScoredContinuations,
} from '../model/generation.ts';
import { precisionLabel, weightsBytes } from '../model/manifest.ts';
import { CachePool } from './cachePool.ts';
import { checkIds, checkRequest } from './checkRequest.ts';
import { ChunkPlanner } from './chunkPlanner.ts';
import { deviceFailure } from './devices/deviceFailure.ts';
import { replayDrafts } from './draftReplay.ts';
import { newDraftKnowledge, type DraftKnowledge } from './draftPolicy.ts';
import type { FittedPrompt } from './fittedPrompt.ts';
import { generate, type GenerationContext } from './generator.ts';
import type { Model } from './model.ts';
import { openModel, type OpenModel } from './devices/openModel.ts';
import { PromptBudget } from './promptBudget.ts';
import { EncodedTexts } from './encodedTexts.ts';
import { fitPrompt } from './promptWindow.ts';
import { greatest } from './sampler.ts';
import { scoreText, type Score } from './score.ts';
import { scoreContinuations } from './scoreContinuations.ts';
import { noGrammar, TokenMasks, type GrammarOf } from './tokenMask.ts';
import { Turns, type Entry } from './turns.ts';

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
    const { tokenizer, nKnownIds } = model;
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
      texts: new EncodedTexts(tokenizer),
      drafts: newDraftKnowledge(),
      masks: new TokenMasks({ vocabulary: tokenizer.vocabulary, nKnownIds }, this.#grammarOf),
      hasFailed: false,
    };
    return summary;
  }

  async generate(request: GenerateRequest, { signal, onProgress }: GenerateHooks = {}): Promise<Generated> {
    const entry = { priority: request.priority, signal };
    return this.#onAnyDevice(entry, (loaded) => {
      const { model, masks } = loaded;
      checkRequest(request, model);
      const { constraint } = request;
      const newMask = constraint && (() => masks.create(constraint));
      const prompt = this.#fit(request.prompt, loaded, request.maxTokens);
      return this.#withCache(loaded, { entry, prompt }, (context) =>
        generate(request, prompt, { ...context, newMask, onProgress }),
      );
    });
  }

  /** How likely the model finds each of several continuations. */
  async scoreContinuations(
    { prompt: wanted, continuations }: ContinuationsRequest,
    { signal }: GenerateHooks = {},
  ): Promise<ScoredContinuations> {
    const entry = { priority: 'task', signal } as const;
    return this.#onAnyDevice(entry, async (loaded) => {
      const { model } = loaded;
      const encoded = continuations.map((text) => model.tokenizer.encode(text));
      if (encoded.length === 0 || encoded.some(({ length }) => length === 0))
        throw new UserError('bad-argument', 'A text to choose from is empty.');
      checkIds(encoded.flat(), model);
      const prompt = this.#fit(wanted, loaded, Math.max(...encoded.map(({ length }) => length)));
      const logProbabilities = await this.#withCache(loaded, { entry, prompt }, (context) =>
        scoreContinuations(prompt, encoded, context),
      );
      return { logProbabilities, cutTokens: prompt.cutTokens };
    });
  }

  /** Where a device fails on the way, the model moves to the processor, which then gives the whole answer. */
  async #onAnyDevice<T extends object>(
    { priority, signal }: Entry,
    run: (loaded: Loaded) => Promise<T>,
  ): Promise<T & { movedTo?: ModelSummary }> {
    const loaded = this.#ready();
    try {
      return await run(loaded);
    } catch (error) {
      // A completion that was ended is asked for again by the next keystroke.
      const wasEnded = isCancelled(error) && priority === 'task' && signal?.aborted !== true;
      const hasFailed = !(error instanceof UserError) || (wasEnded && loaded.hasFailed);
      if (loaded.model.device === 'cpu' || !hasFailed) throw error;
      const movedTo = await this.#leaveDevice(loaded, error);
      return { ...(await run(this.#ready())), movedTo };
    }
  }

  #fit(prompt: Prompt, { model, planner, budget }: Loaded, maxTokens: number): FittedPrompt {
    const { nPositions } = model.architecture;
    const answerTokens = Math.min(maxTokens, Math.max(MIN_ANSWER_TOKENS, nPositions >> 1));
    budget.adapt(planner.msPerToken);
    const windowTokens = prompt.kind === 'file' ? budget.windowTokens : nPositions;
    const fitted = fitPrompt(prompt, model.tokenizer, { windowTokens, answerTokens });
    if (fitted.ids.length === 0)
      throw new UserError('bad-argument', 'There is nothing to go on from: the prompt is empty.');
    checkIds(fitted.ids, model);
    return fitted;
  }

  /** Waits for its turn, and lends the cache that knows most of the prompt. */
  async #withCache<T>(
    { model, pool, planner, texts, drafts }: Loaded,
    { entry, prompt }: { entry: Entry; prompt: FittedPrompt },
    use: (context: Omit<GenerationContext, 'onProgress'>) => Promise<T>,
  ): Promise<T> {
    return this.#turns.enter(entry, async (call) => {
      const cache = pool.take(prompt.ids);
      try {
        return await use({ ...{ model, cache, planner, texts, drafts, call } });
      } finally {
        pool.give(cache);
      }
    });
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
