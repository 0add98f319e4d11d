/** Keeps the caches of the last texts, so that going back to a file, or a task beside a completion, costs little. */
import { present } from '../base/assert.ts';
import type { KvCache } from './kvCache.ts';

/** Memory that full caches may take together; at least one is always allowed. */
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_CACHES = 4;

/** A cache is worth taking over where at least this share of it stays. Otherwise its own text may come back to it. */
const MIN_SHARED = 0.5;

export class CachePool {
  readonly #newCache: () => KvCache;
  readonly #maxCaches: number;
  /** Not in use, least recently used first. */
  readonly #idle: KvCache[] = [];
  #nInUse = 0;

  /** @param fullBytes memory of a cache that holds a whole window */
  constructor({ newCache, fullBytes }: { newCache: () => KvCache; fullBytes: number }) {
    this.#newCache = newCache;
    this.#maxCaches = Math.max(1, Math.min(MAX_CACHES, Math.floor(MAX_BYTES / fullBytes)));
  }

  /**
   * A cache for `ids` that nobody else uses: the one with the longest common beginning, if it is worth it,
   * otherwise an empty one. What does not agree has been cut off.
   */
  take(ids: readonly number[]): KvCache {
    const taken = this.#choose(ids);
    taken.truncate(taken.commonPrefix(ids));
    this.#nInUse++;
    return taken;
  }

  give(cache: KvCache): void {
    this.#nInUse--;
    if (this.#idle.length + this.#nInUse < this.#maxCaches) this.#idle.push(cache);
    else cache.dispose();
  }

  /** Frees those that nobody uses. */
  dispose(): void {
    for (const cache of this.#idle.splice(0)) cache.dispose();
  }

  #choose(ids: readonly number[]): KvCache {
    const shared = this.#idle.map((cache) => cache.commonPrefix(ids));
    const best = shared.indexOf(Math.max(...shared));
    const held = this.#idle[best]?.length ?? 0;
    if (best >= 0 && (shared[best] ?? 0) >= MIN_SHARED * held) return this.#remove(best);
    const isFull = this.#idle.length > 0 && this.#idle.length + this.#nInUse >= this.#maxCaches;
    return isFull ? this.#remove(0) : this.#newCache();
  }

  #remove(index: number): KvCache {
    return present(this.#idle.splice(index, 1)[0], 'cache');
  }
}
