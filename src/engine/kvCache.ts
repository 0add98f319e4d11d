/** The tokens whose keys and values a cache holds. Where those lie is a matter of the device: see hostCache, deviceCache. */
export abstract class KvCache {
  readonly #ids: number[] = [];

  /** Tokens held. */
  get length(): number {
    return this.#ids.length;
  }

  /** Memory taken, on whatever device. */
  abstract readonly sizeBytes: number;

  /** Makes room for `nTokens` at once, or for as many as the window holds: growing means copying. */
  abstract reserve(nTokens: number): void;

  /** Gives the memory back. The cache is of no use afterwards. */
  abstract dispose(): void;

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

  /** For whoever has stored the rows of `ids`. */
  protected push(ids: readonly number[]): void {
    this.#ids.push(...ids);
  }
}
