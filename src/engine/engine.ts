/** The engine of one worker thread: a model, its caches, and everybody who wants something of it. */
import { availableParallelism } from 'node:os';
import { assert } from '../base/assert.ts';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import type { LoadOptions } from '../model/device.ts';
import type { Generated, GenerateRequest, ModelSummary, Sampling } from '../model/generation.ts';
import { precisionLabel, weightsBytes } from '../model/manifest.ts';
import { StartLatch } from '../model/startLatch.ts';
import { CachePool } from './cachePool.ts';
import { ChunkPlanner } from './chunkPlanner.ts';
import { generate } from './generator.ts';
import type { KvCache } from './kvCache.ts';
import { Model } from './model.ts';
import { fitPrompt } from './promptWindow.ts';
import { greatest } from './sampler.ts';
import { scoreText, type Score } from './score.ts';
import { Turns } from './turns.ts';

/** The part of the window that is always left for the answer. */
const MIN_ANSWER_TOKENS = 16;

export type GenerateHooks = {
  readonly signal?: AbortSignal;
  readonly onText?: ((text: string) => void) | undefined;
};

type Loaded = { readonly model: Model; readonly pool: CachePool; readonly planner: ChunkPlanner };

export class Engine {
  readonly #turns = new Turns();
  #loaded: Loaded | undefined;
  /** The last load; never fails. Loads wait for one another, so that the last one asked for is the one that stays. */
  #loading: Promise<unknown> = Promise.resolve();

  /** Loads a model in place of the one before it. */
  async load(options: LoadOptions): Promise<ModelSummary> {
    const loading = this.#loading.then(() => this.#replace(options));
    this.#loading = loading.catch(() => undefined);
    return loading;
  }

  async #replace({ modelFolder, nThreads, stateFolder }: LoadOptions): Promise<ModelSummary> {
    await this.#unload();
    // What has been said meanwhile is heard first: nothing is recorded by an engine that has been told to close.
    await new Promise((resolve) => setImmediate(resolve));
    this.#turns.checkOpen();
    const startMs = performance.now();
    const threads = nThreads > 0 ? nThreads : defaultThreads();
    const latch = stateFolder === undefined ? undefined : new StartLatch(stateFolder);
    latch?.set({ modelFolder, device: 'cpu' });
    try {
      const model = await Model.load(modelFolder, { nThreads: threads });
      const planner = new ChunkPlanner();
      const pool = new CachePool({
        newCache: () => model.newCache(),
        fullBytes: model.cacheBytesPerToken * model.architecture.nPositions,
      });
      const cache = pool.take([]);
      await warmUp(model, cache, planner);
      cache.truncate(0);
      pool.give(cache);
      this.#loaded = { model, pool, planner };
      return summarise(model, threads, performance.now() - startMs);
    } finally {
      latch?.clear();
    }
  }

  async generate(request: GenerateRequest, { signal, onText }: GenerateHooks = {}): Promise<Generated> {
    const { model, pool, planner } = this.#ready();
    checkRequest(request, model);
    const answerTokens = Math.min(
      request.maxTokens,
      Math.max(MIN_ANSWER_TOKENS, model.architecture.nPositions >> 1),
    );
    const windowTokens = model.architecture.nPositions;
    const prompt = fitPrompt(request.prompt, model.tokenizer, { windowTokens, answerTokens });
    if (prompt.ids.length === 0)
      throw new UserError('bad-argument', 'There is nothing to go on from: the prompt is empty.');
    checkIds(prompt.ids, model);

    return this.#turns.enter({ priority: request.priority, signal }, async (call) => {
      const cache = pool.take(prompt.ids);
      try {
        const context = { model, cache, planner, call, onText };
        return await generate(request, prompt, context);
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

  /** Ends all generations, waits for the native call in progress, and frees the model. */
  async close(): Promise<void> {
    await this.#turns.close();
    await this.#loading;
    await this.#unload();
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

/**
 * Runs a few tokens: whatever would crash does so while the model is still being started, and the first request
 * finds a measured speed. The first call brings the weights into memory, so the second one is measured.
 */
async function warmUp(model: Model, cache: KvCache, planner: ChunkPlanner): Promise<void> {
  await model.forward(cache, [0]);
  for (const nTokens of [planner.next(), 1]) {
    const startMs = performance.now();
    await model.forward(cache, new Array<number>(nTokens).fill(0));
    planner.record(nTokens, performance.now() - startMs);
  }
}

/** More threads than this wait for memory rather than compute. */
const MAX_THREADS = 8;

function defaultThreads(): number {
  return Math.max(1, Math.min(MAX_THREADS, availableParallelism()));
}

function summarise(model: Model, nThreads: number, loadMs: number): ModelSummary {
  const { manifest, architecture } = model;
  return {
    name: manifest.name,
    precision: precisionLabel(manifest),
    device: 'cpu',
    hardware: `CPU, ${nThreads} ${nThreads === 1 ? 'thread' : 'threads'}`,
    considered: [],
    weightsBytes: weightsBytes(manifest),
    nPositions: architecture.nPositions,
    vocabularySize: architecture.vocabularySize,
    languages: manifest.languages,
    prompts: manifest.prompts,
    loadMs,
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
