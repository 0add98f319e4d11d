/** How fast a model is on a device: what the choice between devices, and of the number of threads, rests on. */
import { availableParallelism } from 'node:os';
import { median } from '../../base/median.ts';
import { Model } from '../model.ts';

/** What a completion takes: this many tokens of new prompt, and this many generated. */
const PROMPT_TOKENS = 32;
const ANSWER_TOKENS = 20;

const N_CHUNKS = 3;
const N_STEPS = 12;
/** A slow device is not measured for ever. */
const LIMIT_MS = 2_500;

export type Speed = {
  readonly tokensPerSecond: number;
  /** Time of a typical completion. */
  readonly completionMs: number;
};

/** @param maxChunkTokens longest chunk that the device is right with */
export async function measureSpeed(model: Model, maxChunkTokens = Infinity): Promise<Speed> {
  const cache = model.newCache();
  const chunkTokens = Math.min(PROMPT_TOKENS, maxChunkTokens);
  const timed = async (nTokens: number) => {
    const ids = Array.from({ length: nTokens }, (_, index) => (index * 7) % model.nKnownIds);
    const startMs = performance.now();
    await model.forward(cache, ids);
    return performance.now() - startMs;
  };
  const repeat = async (nTimes: number, nTokens: number) => {
    // Whatever the model's window, this much fits.
    cache.truncate(chunkTokens);
    // The first run brings the weights into memory, or compiles what it needs.
    await timed(nTokens);
    const startMs = performance.now();
    const times: number[] = [];
    while (times.length < nTimes && performance.now() - startMs < LIMIT_MS) {
      cache.truncate(chunkTokens);
      times.push(await timed(nTokens));
    }
    return median(times);
  };
  const chunkMs = await repeat(N_CHUNKS, chunkTokens);
  const stepMs = await repeat(N_STEPS, 1);
  cache.dispose();
  const completionMs = chunkMs * (PROMPT_TOKENS / chunkTokens) + stepMs * ANSWER_TOKENS;
  return { tokensPerSecond: 1000 / stepMs, completionMs };
}

/** Milliseconds of one step, the second one: the first compiles what it needs. */
export async function timeStep(model: Model): Promise<number> {
  const cache = model.newCache();
  await model.forward(cache, [0]);
  const startMs = performance.now();
  await model.forward(cache, [0]);
  cache.dispose();
  return performance.now() - startMs;
}

/** More threads than this wait for memory rather than compute. */
const MAX_THREADS = 16;
const MAX_UNMEASURED_THREADS = 8;

/** With fewer processors than this, all of them are taken. */
const MIN_PROCESSORS = 4;

/** Enough layers to be typical of the model, few enough to load in a moment. */
const SAMPLE_LAYERS = 2;

/** Machines are noisy: another number of threads has to be this much faster to be taken. */
const CLEARLY_FASTER = 0.93;

export function defaultThreads(): number {
  return Math.max(1, Math.min(MAX_UNMEASURED_THREADS, availableParallelism()));
}

/**
 * The number of threads that a typical completion is fastest with. Some layers of the model are measured: hyperthreads
 * and slow cores can make more threads slower, and nothing but a measurement shows it.
 */
export async function bestThreads(modelFolder: string): Promise<number> {
  const all = availableParallelism();
  if (all < MIN_PROCESSORS) return all;
  let best = { nThreads: defaultThreads(), completionMs: Infinity };
  const others = [Math.min(MAX_THREADS, all), Math.ceil(all * 0.75), Math.ceil(all / 2)];
  for (const nThreads of new Set([best.nThreads, ...others.filter((count) => count <= MAX_THREADS)])) {
    const sample = await Model.load(modelFolder, { nThreads, nLayers: SAMPLE_LAYERS });
    const { completionMs } = await measureSpeed(sample);
    await sample.close();
    if (completionMs < CLEARLY_FASTER * best.completionMs) best = { nThreads, completionMs };
  }
  return best.nThreads;
}
