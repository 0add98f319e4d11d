import type { KvCache } from './kvCache.ts';
import type { Model } from './model.ts';

/** Runs `ids` on top of what `cache` holds, `chunkTokens` in a call; the logits of the last one. */
export async function runInChunks(
  model: Model,
  cache: KvCache,
  ids: readonly number[],
  chunkTokens: number,
): Promise<Float32Array> {
  let logits: Float32Array = new Float32Array();
  for (let start = 0; start < ids.length; start += chunkTokens) {
    ({ values: logits } = await model.forward(cache, ids.slice(start, start + chunkTokens)));
  }
  return logits;
}
