/** Runs a model whose cache lives in JavaScript. */
import { assert, present } from '../base/assert.ts';
import { cacheBytesPerToken, type Architecture } from '../model/architecture.ts';
import type { Feed, OnnxSession } from '../onnx/session.ts';
import { hostNames } from './graph/hostGraph.ts';
import { graphNames } from './graph/names.ts';
import { HostCache } from './hostCache.ts';
import type { KvCache } from './kvCache.ts';
import { int32s, int64s, logitsOf, type Logits, type Runner, type WantedRows } from './runner.ts';

/** Added to the score of a row that may not be looked at. Finite, since infinities make NaN in a hidden row. */
const HIDDEN = -1e9;

export class HostRunner implements Runner {
  readonly #architecture: Architecture;
  readonly #session: OnnxSession;

  constructor(architecture: Architecture, session: OnnxSession) {
    this.#architecture = architecture;
    this.#session = session;
  }

  get cacheBytesPerToken(): number {
    return cacheBytesPerToken(this.#architecture);
  }

  newCache(): KvCache {
    return new HostCache(this.#architecture);
  }

  async forward(cache: KvCache, ids: readonly number[], wanted: WantedRows): Promise<Logits> {
    assert(cache instanceof HostCache, 'a cache of this runner');
    const outputs = await this.#session.run(this.#feeds(cache, ids, wanted));
    cache.append(ids, present(outputs[hostNames.newRows], hostNames.newRows));
    return logitsOf(outputs);
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  #feeds(cache: HostCache, ids: readonly number[], wanted: WantedRows): Record<string, Feed> {
    const { nLayers, nHeads, hidden } = this.#architecture;
    const { length, capacity } = cache;
    const nNew = ids.length;
    const headDim = hidden / nHeads;
    const rows = wanted === 'last' ? [nNew - 1] : [...ids.keys()];
    const feeds: Record<string, Feed> = {
      [graphNames.ids]: { data: int32s(ids), shape: [1, nNew] },
      [graphNames.rows]: { data: int32s(rows), shape: [rows.length] },
      [hostNames.positions]: { data: int64s(ids.map((_, index) => length + index)), shape: [1, nNew] },
      [hostNames.mask]: { data: causalMask({ length, capacity, nNew }), shape: [1, nNew, capacity + nNew] },
      [hostNames.spans]: { data: int64s([capacity, nNew]), shape: [2] },
    };
    for (let layerIndex = 0; layerIndex < nLayers; layerIndex++) {
      const keysShape = [nHeads, headDim, capacity];
      const valuesShape = [nHeads, capacity, headDim];
      feeds[graphNames.pastKeys(layerIndex)] = { data: cache.keys(layerIndex), shape: keysShape };
      feeds[graphNames.pastValues(layerIndex)] = { data: cache.values(layerIndex), shape: valuesShape };
    }
    return feeds;
  }
}

type Spans = { readonly length: number; readonly capacity: number; readonly nNew: number };

/** Every new token sees what the cache holds, itself, and the new ones before it: `[nNew, capacity + nNew]`. */
function causalMask({ length, capacity, nNew }: Spans): Float32Array {
  const width = capacity + nNew;
  const mask = new Float32Array(nNew * width);
  for (let row = 0; row < nNew; row++) {
    mask.fill(HIDDEN, row * width + length, row * width + capacity);
    mask.fill(HIDDEN, row * width + capacity + row + 1, (row + 1) * width);
  }
  return mask;
}
