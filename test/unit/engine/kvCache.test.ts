import { describe, expect, it } from 'vitest';
import { CachePool } from '../../../src/engine/cachePool.ts';
import { KvCache } from '../../../src/engine/kvCache.ts';
import type { Architecture } from '../../../src/model/architecture.ts';

const ARCHITECTURE: Architecture = {
  ...{ nLayers: 2, hidden: 4, nHeads: 2, inner: 8, rotaryDim: 2, vocabularySize: 300, nPositions: 200 },
  layerNormEpsilon: 1e-5,
};

/** The rows of a token say whose they are: layer, keys or values, and id. */
function rowsOf(ids: readonly number[]): Float32Array[] {
  return [0, 1, 2, 3].map((part) =>
    Float32Array.from(ids.flatMap((id) => Array<number>(4).fill(1000 * part + id))),
  );
}

function filled(ids: readonly number[]): KvCache {
  const cache = new KvCache(ARCHITECTURE);
  cache.append(ids, rowsOf(ids));
  return cache;
}

function expectHolds(cache: KvCache, ids: readonly number[]): void {
  expect([cache.length, cache.rows]).toEqual([ids.length, ids.length + 1]);
  for (const layer of [0, 1]) {
    const [keys, values] = [rowsOf(ids)[2 * layer]!, rowsOf(ids)[2 * layer + 1]!];
    expect(cache.keys(layer)).toEqual(Float32Array.of(0, 0, 0, 0, ...keys));
    expect(cache.values(layer)).toEqual(Float32Array.of(0, 0, 0, 0, ...values));
  }
}

const range = (start: number, end: number) =>
  Array.from({ length: end - start }, (_, index) => start + index);

describe('a cache', () => {
  it('grows piece by piece up to the window, and no further', () => {
    const cache = new KvCache(ARCHITECTURE);
    expectHolds(cache, []);
    for (const [start, end] of [
      [0, 1],
      [1, 63],
      [63, 64],
      [64, 190],
      [190, 200],
    ] as const) {
      cache.append(range(start, end), rowsOf(range(start, end)));
      expectHolds(cache, range(0, end));
    }
    // Keys and values of two layers, 201 rows of four numbers in fp32.
    expect(cache.sizeBytes).toBe(2 * 2 * 201 * 4 * 4);
    expect(() => cache.append([1], rowsOf([1]))).toThrow('window');
  });

  it('forgets the end, and takes something else in its place', () => {
    const cache = filled(range(0, 100));
    cache.truncate(50);
    expectHolds(cache, range(0, 50));
    cache.append([7, 8], rowsOf([7, 8]));
    expectHolds(cache, [...range(0, 50), 7, 8]);
    cache.truncate(1_000);
    expect(cache.length).toBe(52);
  });

  it.each([
    [[], 0],
    [[9], 0],
    [[0, 1, 2, 9], 3],
    [range(0, 10), 10],
    [range(0, 20), 10],
  ])('has a beginning in common with %j', (ids, expected) => {
    expect(filled(range(0, 10)).commonPrefix(ids)).toBe(expected);
  });
});

describe('the pool', () => {
  /** What a take keeps of the cache that was held before. */
  const use = (pool: CachePool, ids: readonly number[]): number => {
    const cache = pool.take(ids);
    const kept = cache.length;
    cache.append(ids.slice(kept), rowsOf(ids.slice(kept)));
    pool.give(cache);
    return kept;
  };
  const file = (first: number) => range(first, first + 100);

  it('keeps the caches of four texts, and lets the oldest go', () => {
    const pool = new CachePool(ARCHITECTURE);
    expect([1000, 2000, 3000, 4000].map((first) => use(pool, file(first)))).toEqual([0, 0, 0, 0]);
    expect([1000, 2000, 3000, 4000].map((first) => use(pool, file(first)))).toEqual([100, 100, 100, 100]);
    use(pool, file(5000));
    expect([2000, 3000, 4000, 5000, 1000].map((first) => use(pool, file(first)))).toEqual([
      100, 100, 100, 100, 0,
    ]);
  });

  it('keeps what stands before an edit', () => {
    const pool = new CachePool(ARCHITECTURE);
    use(pool, file(1000));
    expect(use(pool, [...range(1000, 1080), 7, 8, 9])).toBe(80);
  });

  it('leaves a long text its cache when a short one begins alike', () => {
    const pool = new CachePool(ARCHITECTURE);
    use(pool, file(1000));
    expect(use(pool, [...range(1000, 1010), 7])).toBe(0);
    expect(use(pool, file(1000))).toBe(100);
  });

  it('never gives the same cache to two', () => {
    const pool = new CachePool(ARCHITECTURE);
    use(pool, file(1000));
    expect(pool.take(file(1000))).not.toBe(pool.take(file(1000)));
  });

  it('allows a large model one cache', () => {
    const pool = new CachePool({ ...ARCHITECTURE, hidden: 4096, nHeads: 16, nLayers: 28, nPositions: 2048 });
    const cache = pool.take([1]);
    pool.give(cache);
    expect(pool.take([2])).toBe(cache);
  });
});
