/** A model folder that is ready to run. One `forward` is one native call. */
import { present } from '../base/assert.ts';
import { headDimOf, type Architecture } from '../model/architecture.ts';
import type { Manifest } from '../model/manifest.ts';
import { readManifest } from '../model/modelFolder.ts';
import { OnnxSession, type Feed } from '../onnx/session.ts';
import { Tokenizer } from '../tokenizer/tokenizer.ts';
import { buildGptjGraph, graphNames } from './graph/gptjGraph.ts';
import type { KvCache } from './kvCache.ts';

/** Added to the score of a row that may not be looked at. Finite, since infinities make NaN in a hidden row. */
const HIDDEN = -1e9;

export class Model {
  readonly manifest: Manifest;
  readonly tokenizer: Tokenizer;
  readonly #session: OnnxSession;

  private constructor(manifest: Manifest, session: OnnxSession) {
    this.manifest = manifest;
    this.tokenizer = new Tokenizer(manifest.tokenizer);
    this.#session = session;
  }

  static async load(folder: string, options: { nThreads: number; profilePrefix?: string }): Promise<Model> {
    const manifest = await readManifest(folder);
    const graph = buildGptjGraph(manifest.architecture, manifest.tensors);
    return new Model(manifest, await OnnxSession.load(graph, { weightsFolder: folder, ...options }));
  }

  get architecture(): Architecture {
    return this.manifest.architecture;
  }

  /** Ids that may be generated lie below this: the model has a row for them and the tokenizer a text. */
  get nKnownIds(): number {
    return Math.min(this.architecture.vocabularySize, this.tokenizer.vocabulary.size);
  }

  /**
   * Runs `ids` on top of what `cache` holds, and adds their rows to it. Returns the logits of the last of them,
   * or of all, `[rows, vocabularySize]`.
   */
  async forward(
    cache: KvCache,
    ids: readonly number[],
    wanted: 'last' | 'all' = 'last',
  ): Promise<Float32Array> {
    const { nLayers } = this.architecture;
    const outputs = await this.#session.run(this.#feeds(cache, ids, wanted));
    const output = (name: string) => present(outputs[name], name);
    const rows: Float32Array[] = [];
    for (let layerIndex = 0; layerIndex < nLayers; layerIndex++) {
      rows.push(output(graphNames.newKeys(layerIndex)), output(graphNames.newValues(layerIndex)));
    }
    cache.append(ids, rows);
    return output(graphNames.logits);
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  #feeds(cache: KvCache, ids: readonly number[], wanted: 'last' | 'all'): Record<string, Feed> {
    const { nLayers, nHeads } = this.architecture;
    const nNew = ids.length;
    const wantedRows = wanted === 'last' ? [nNew - 1] : [...ids.keys()];
    const feeds: Record<string, Feed> = {
      [graphNames.ids]: { data: int64s(ids), shape: [nNew] },
      [graphNames.positions]: { data: int64s(ids.map((_, index) => cache.length + index)), shape: [1, nNew] },
      [graphNames.mask]: { data: causalMask(cache.rows, nNew), shape: [1, nNew, cache.rows + nNew] },
      [graphNames.spans]: { data: int64s([cache.rows, nNew]), shape: [2] },
      [graphNames.rows]: { data: int64s(wantedRows), shape: [wantedRows.length] },
    };
    const shape = [cache.rows, nHeads, headDimOf(this.architecture)];
    for (let layerIndex = 0; layerIndex < nLayers; layerIndex++) {
      feeds[graphNames.pastKeys(layerIndex)] = { data: cache.keys(layerIndex), shape };
      feeds[graphNames.pastValues(layerIndex)] = { data: cache.values(layerIndex), shape };
    }
    return feeds;
  }
}

/** Every new token sees the cache but for its dummy row, itself, and the new ones before it. */
function causalMask(nPast: number, nNew: number): Float32Array {
  const width = nPast + nNew;
  const mask = new Float32Array(nNew * width);
  for (let row = 0; row < nNew; row++) {
    mask[row * width] = HIDDEN;
    mask.fill(HIDDEN, row * width + nPast + row + 1, (row + 1) * width);
  }
  return mask;
}

function int64s(values: readonly number[]): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}
