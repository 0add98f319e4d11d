/** A model folder that is ready to run. One `forward` is one native call. */
import { present } from '../base/assert.ts';
import { say } from '../base/sentence.ts';
import { messageOf, UserError } from '../base/userError.ts';
import { headDimOf, type Architecture } from '../model/architecture.ts';
import type { Manifest } from '../model/manifest.ts';
import { readManifest } from '../model/modelFolder.ts';
import { OnnxSession, type Feed } from '../onnx/session.ts';
import { Tokenizer } from '../tokenizer/tokenizer.ts';
import { buildGptjGraph, graphNames } from './graph/gptjGraph.ts';
import type { KvCache } from './kvCache.ts';

/** Added to the score of a row that may not be looked at. Finite, since infinities make NaN in a hidden row. */
const HIDDEN = -1e9;

export type Logits = {
  /** `[rows, vocabularySize]` */
  readonly values: Float32Array;
  /** `[rows]`: ln of the sum of e^logit over the known ids. */
  readonly logSumExp: Float32Array;
};

export class Model {
  readonly manifest: Manifest;
  readonly tokenizer: Tokenizer;
  /** Ids that may be generated lie below this: the model has a row for them and the tokenizer a text. */
  readonly nKnownIds: number;
  readonly #session: OnnxSession;

  private constructor(parts: {
    manifest: Manifest;
    tokenizer: Tokenizer;
    nKnownIds: number;
    session: OnnxSession;
  }) {
    this.manifest = parts.manifest;
    this.tokenizer = parts.tokenizer;
    this.nKnownIds = parts.nKnownIds;
    this.#session = parts.session;
  }

  static async load(folder: string, options: { nThreads: number; profilePrefix?: string }): Promise<Model> {
    const manifest = await readManifest(folder);
    const tokenizer = new Tokenizer(manifest.tokenizer);
    const nKnownIds = Math.min(manifest.architecture.vocabularySize, tokenizer.vocabulary.size);
    const graph = buildGptjGraph(manifest.architecture, manifest.tensors, nKnownIds);
    const session = await OnnxSession.load(graph, { weightsFolder: folder, ...options }).catch(
      (error: unknown) => {
        if (error instanceof UserError) throw error;
        // A link in place of the weights, for one: the runtime reads nothing from outside the folder.
        throw new UserError(
          'bad-model',
          say`The runtime refuses the model in ${folder}. Import it again.`,
          messageOf(error),
        );
      },
    );
    return new Model({ manifest, tokenizer, nKnownIds, session });
  }

  get architecture(): Architecture {
    return this.manifest.architecture;
  }

  /**
   * Runs `ids` on top of what `cache` holds, and adds their rows to it. Returns the logits of the last of them,
   * or of all.
   */
  async forward(cache: KvCache, ids: readonly number[], wanted: 'last' | 'all' = 'last'): Promise<Logits> {
    const { nLayers } = this.architecture;
    const outputs = await this.#session.run(this.#feeds(cache, ids, wanted));
    const output = (name: string) => present(outputs[name], name);
    const rows: Float32Array[] = [];
    for (let layerIndex = 0; layerIndex < nLayers; layerIndex++) {
      rows.push(output(graphNames.newKeys(layerIndex)), output(graphNames.newValues(layerIndex)));
    }
    cache.append(ids, rows);
    return { values: output(graphNames.logits), logSumExp: output(graphNames.logSumExp) };
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
