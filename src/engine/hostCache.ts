/**
 * Keys and values in JavaScript, because the runtime copies every output: the graph reads these arrays in place, and
 * returns only the rows of the tokens that are new.
 *
 * Per layer, in fp32, with room for C tokens: keys transposed `[heads, headDim, C]`, values `[heads, C, headDim]`. So
 * what one head reads lies together, and both products run along memory. The columns behind the last token are hidden
 * by the mask. They are read nevertheless, so the room follows the text closely; moving it costs a copy.
 */
import { assert, present } from '../base/assert.ts';
import { headDimOf, type Architecture } from '../model/architecture.ts';
import { keyScaleOf } from './graph/hostGraph.ts';
import { KvCache } from './kvCache.ts';

/** Room comes in steps of so many tokens. */
const STEP = 32;

/** A text that grows token by token gets this much more room than it needs, so that it moves seldom. */
const GROWTH = 1.125;

/** Room that is this many times what is needed is given back. */
const MAX_SLACK = 1.5;

export class HostCache extends KvCache {
  readonly #architecture: Architecture;
  readonly #headDim: number;
  readonly #keyScale: number;
  /** Keys and values of a layer at 2i and 2i + 1. */
  #arrays: Float32Array[];
  #capacity: number;

  constructor(architecture: Architecture) {
    super();
    this.#architecture = architecture;
    this.#headDim = headDimOf(architecture);
    this.#keyScale = keyScaleOf(architecture);
    this.#capacity = Math.min(STEP, architecture.nPositions);
    this.#arrays = Array.from({ length: 2 * architecture.nLayers }, () => this.#newArray(this.#capacity));
  }

  /** Tokens that there is room for; never 0, since some of the runtime's kernels crash on an empty tensor. */
  get capacity(): number {
    return this.#capacity;
  }

  get sizeBytes(): number {
    return this.#arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** `[heads, headDim, capacity]`, divided by √headDim. */
  keys(layerIndex: number): Float32Array {
    return present(this.#arrays[2 * layerIndex], 'layer');
  }

  /** `[heads, capacity, headDim]` */
  values(layerIndex: number): Float32Array {
    return present(this.#arrays[2 * layerIndex + 1], 'layer');
  }

  /** Adds the rows of `ids`: for each layer keys, then values. rows: `[2 nLayers, ids.length, hidden]` */
  append(ids: readonly number[], rows: Float32Array): void {
    const layerSize = ids.length * this.#architecture.hidden;
    assert(
      rows.length === this.#arrays.length * layerSize,
      'a row a token, of keys and values of every layer',
    );
    const needed = this.length + ids.length;
    assert(needed <= this.#architecture.nPositions, 'the cache holds no more than the window');
    if (needed > this.#capacity) this.#move(needed * GROWTH);
    for (const [index, array] of this.#arrays.entries()) {
      const added = rows.subarray(index * layerSize, (index + 1) * layerSize);
      if (index % 2 === 0) this.#storeKeys(array, added, ids.length);
      else this.#storeValues(array, added, ids.length);
    }
    this.push(ids);
  }

  override reserve(nTokens: number): void {
    const needed = Math.max(this.length, nTokens);
    if (needed > this.#capacity || this.#capacity > MAX_SLACK * (needed + STEP)) this.#move(needed);
  }

  override dispose(): void {
    this.#arrays = [];
  }

  #storeKeys(array: Float32Array, rows: Float32Array, nNew: number): void {
    const { hidden } = this.#architecture;
    const scale = this.#keyScale;
    const capacity = this.#capacity;
    const { length } = this;
    for (let column = 0; column < hidden; column++) {
      let to = column * capacity + length;
      for (let from = column; from < nNew * hidden; from += hidden) array[to++] = (rows[from] ?? 0) * scale;
    }
  }

  #storeValues(array: Float32Array, rows: Float32Array, nNew: number): void {
    const { nHeads, hidden } = this.#architecture;
    for (let row = 0; row < nNew; row++) {
      for (let head = 0; head < nHeads; head++) {
        const start = row * hidden + head * this.#headDim;
        const to = (head * this.#capacity + this.length + row) * this.#headDim;
        array.set(rows.subarray(start, start + this.#headDim), to);
      }
    }
  }

  /** Moves to arrays with room for `nTokens`, or for as many as the window holds. */
  #move(nTokens: number): void {
    assert(this.length <= nTokens, 'what is held fits');
    const most = this.#architecture.nPositions;
    const wanted = Math.min(most, Math.max(1, Math.ceil(nTokens / STEP)) * STEP);
    const { nHeads } = this.#architecture;
    for (const [index, array] of this.#arrays.entries()) {
      const moved = this.#newArray(wanted);
      const isKeys = index % 2 === 0;
      const nRuns = isKeys ? nHeads * this.#headDim : nHeads;
      const unit = isKeys ? 1 : this.#headDim;
      for (let run = 0; run < nRuns; run++) {
        const start = run * this.#capacity * unit;
        moved.set(array.subarray(start, start + this.length * unit), run * wanted * unit);
      }
      this.#arrays[index] = moved;
    }
    this.#capacity = wanted;
  }

  #newArray(capacity: number): Float32Array {
    return new Float32Array(this.#architecture.hidden * capacity);
  }
}
