/**
 * Keys and values of the tokens that have been run, per layer, token-major `[1 + length, hidden]` in fp32.
 * They live in JavaScript because the runtime copies every output: it reads these arrays in place, and returns
 * only the rows of the tokens that are new. Row 0 is a dummy that the mask hides; some of the runtime's kernels
 * crash on an empty tensor.
 */
import { assert, present } from '../base/assert.ts';
import { cacheRowSize, type Architecture } from '../model/architecture.ts';

const DUMMY_ROWS = 1;
const FIRST_CAPACITY = 64;

export class KvCache {
  readonly #rowSize: number;
  readonly #maxRows: number;
  /** Keys and values of a layer at 2i and 2i + 1. */
  readonly #arrays: Float32Array[];
  readonly #ids: number[] = [];
  #capacityRows: number;

  constructor(architecture: Architecture) {
    this.#rowSize = cacheRowSize(architecture);
    this.#maxRows = architecture.nPositions + DUMMY_ROWS;
    this.#capacityRows = Math.min(FIRST_CAPACITY, this.#maxRows);
    const size = this.#capacityRows * this.#rowSize;
    this.#arrays = Array.from({ length: 2 * architecture.nLayers }, () => new Float32Array(size));
  }

  /** Tokens held. */
  get length(): number {
    return this.#ids.length;
  }

  /** Rows that the graph sees: the tokens' and the dummy. */
  get rows(): number {
    return this.#ids.length + DUMMY_ROWS;
  }

  get sizeBytes(): number {
    return this.#arrays.length * this.#capacityRows * this.#rowSize * Float32Array.BYTES_PER_ELEMENT;
  }

  keys(layerIndex: number): Float32Array {
    return this.#view(2 * layerIndex);
  }

  values(layerIndex: number): Float32Array {
    return this.#view(2 * layerIndex + 1);
  }

  /** Adds the rows of `ids`: for each layer keys, then values, `[ids.length, hidden]`. */
  append(ids: readonly number[], rows: readonly Float32Array[]): void {
    assert(rows.length === this.#arrays.length, 'keys and values of every layer');
    const start = this.rows * this.#rowSize;
    this.#grow(this.rows + ids.length);
    for (const [index, added] of rows.entries()) {
      assert(added.length === ids.length * this.#rowSize, 'one row a token');
      present(this.#arrays[index], 'layer').set(added, start);
    }
    this.#ids.push(...ids);
  }

  /** Makes room for `nTokens` at once, or for as many as the window holds: growing means copying. */
  reserve(nTokens: number): void {
    this.#grow(Math.min(this.#maxRows, nTokens + DUMMY_ROWS));
  }

  /** Forgets all but the first `length` tokens. */
  truncate(length: number): void {
    this.#ids.length = Math.min(this.#ids.length, length);
  }

  /** How many leading tokens of `ids` are held. */
  commonPrefix(ids: readonly number[]): number {
    const end = Math.min(ids.length, this.#ids.length);
    let length = 0;
    while (length < end && ids[length] === this.#ids[length]) length++;
    return length;
  }

  #view(index: number): Float32Array {
    return present(this.#arrays[index], 'layer').subarray(0, this.rows * this.#rowSize);
  }

  #grow(nRows: number): void {
    assert(nRows <= this.#maxRows, 'the cache holds no more than the window');
    if (nRows <= this.#capacityRows) return;
    this.#capacityRows = Math.min(this.#maxRows, Math.max(nRows, Math.ceil(this.#capacityRows * 1.5)));
    for (const [index, array] of this.#arrays.entries()) {
      const grown = new Float32Array(this.#capacityRows * this.#rowSize);
      grown.set(array.subarray(0, this.rows * this.#rowSize));
      this.#arrays[index] = grown;
    }
  }
}
