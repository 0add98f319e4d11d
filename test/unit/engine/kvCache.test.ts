import { describe, expect, it } from 'vitest';
import { CachePool } from '../../../src/engine/cachePool.ts';
import { HostCache } from '../../../src/engine/hostCache.ts';
import { cacheBytesPerToken, type Architecture } from '../../../src/model/architecture.ts';

const ARCHITECTURE: Architecture = {
  ...{ nLayers: 2, hidden: 4, nHeads: 2, inner: 8, rotaryDim: 2, vocabularySize: 300, nPositions: 200 },
  layerNormEpsilon: 1e-5,
};

const [N_HEADS, HEAD_DIM] = [2, 2];

/** The rows of a token say whose they are: layer, keys or values, id, and which of its numbers. */
function rowsOf(ids: readonly number[]): Float32Array[] {
  return [0, 1, 2, 3].map((part) =>
    Float32Array.from(ids.flatMap((id) => [0, 1, 2, 3].map((at) => 10_000 * part + 10 * id + at))),
  );
}

function append(cache: HostCache, ids: readonly number[]): void {
  cache.append(ids, Float32Array.from(rowsOf(ids).flatMap((rows) => [...rows])));
}

function filled(ids: readonly number[]): HostCache {
  const cache = new HostCache(ARCHITECTURE);
  append(cache, ids);
  return cache;
}

function expectHolds(cache: HostCache, ids: readonly number[]): void {
  expect(cache.length).toBe(ids.length);
  expect(cache.capacity).toBeGreaterThanOrEqual(Math.max(1, ids.length));
  for (const layer of [0, 1]) {
    const [rows, valueRows] = [rowsOf(ids)[2 * layer]!, rowsOf(ids)[2 * layer + 1]!];
    const [keys, values] = [cache.keys(layer), cache.values(layer)];
    for (const [token, head, at] of placesOf(ids)) {
      const from = (token * N_HEADS + head) * HEAD_DIM + at;
      expect(keys[(head * HEAD_DIM + at) * cache.capacity + token]).toBe(
        Math.fround(rows[from]! * Math.SQRT1_2),
      );
      expect(values[(head * cache.capacity + token) * HEAD_DIM + at]).toBe(valueRows[from]!);
    }
  }
}

function placesOf(ids: readonly number[]): (readonly [number, number, number])[] {
  return [...ids.keys()].flatMap((token) =>
    [0, 1].flatMap((head) => [0, 1].map((at) => [token, head, at] as const)),
  );
}

const range = (start: number, end: number) =>
  Array.from({ length: end - start }, (_, index) => start + index);

describe('a cache', () => {
  it('grows piece by piece up to the window, and no further', () => {
    const cache = new HostCache(ARCHITECTURE);
    expectHolds(cache, []);
    for (const [start, end] of [
      [0, 1],
      [1, 63],
      [63, 64],
      [64, 190],
      [190, 200],
    ] as const) {
      append(cache, range(start, end));
      expectHolds(cache, range(0, end));
    }
    // Keys and values of two layers, room for 200 tokens of four numbers in fp32.
    expect(cache.sizeBytes).toBe(2 * 2 * 200 * 4 * 4);
    expect(() => append(cache, [1])).toThrow('window');
  });

  it('forgets the end, and takes something else in its place', () => {
    const cache = filled(range(0, 100));
    cache.truncate(50);
    expectHolds(cache, range(0, 50));
    append(cache, [7, 8]);
    expectHolds(cache, [...range(0, 50), 7, 8]);
    cache.truncate(1_000);
    expect(cache.length).toBe(52);
  });

  it('makes room at once, gives too much of it back, and loses nothing', () => {
    const cache = filled(range(0, 20));
    cache.reserve(150);
    expect(cache.capacity).toBe(160);
    expectHolds(cache, range(0, 20));
    cache.reserve(100);
    expect(cache.capacity).toBe(160);
    cache.reserve(5);
    expect(cache.capacity).toBe(32);
    expectHolds(cache, range(0, 20));
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
  const poolFor = (architecture: Architecture) =>
    new CachePool({
      newCache: () => new HostCache(architecture),
      fullBytes: cacheBytesPerToken(architecture) * architecture.nPositions,
    });

  /** What a take keeps of the cache that was held before. */
  const use = (pool: CachePool, ids: readonly number[]): number => {
    const cache = pool.take(ids);
    if (!(cache instanceof HostCache)) throw new Error('another cache');
    const kept = cache.length;
    append(cache, ids.slice(kept));
    pool.give(cache);
    return kept;
  };
  const file = (first: number) => range(first, first + 100);

  it('keeps the caches of four texts, and lets the oldest go', () => {
    const pool = poolFor(ARCHITECTURE);
    expect([1000, 2000, 3000, 4000].map((first) => use(pool, file(first)))).toEqual([0, 0, 0, 0]);
    expect([1000, 2000, 3000, 4000].map((first) => use(pool, file(first)))).toEqual([100, 100, 100, 100]);
    use(pool, file(5000));
    expect([2000, 3000, 4000, 5000, 1000].map((first) => use(pool, file(first)))).toEqual([
      100, 100, 100, 100, 0,
    ]);
  });

  it('keeps what stands before an edit', () => {
    const pool = poolFor(ARCHITECTURE);
    use(pool, file(1000));
    expect(use(pool, [...range(1000, 1080), 7, 8, 9])).toBe(80);
  });

  it('leaves a long text its cache when a short one begins alike', () => {
    const pool = poolFor(ARCHITECTURE);
    use(pool, file(1000));
    expect(use(pool, [...range(1000, 1010), 7])).toBe(0);
    expect(use(pool, file(1000))).toBe(100);
  });

  it('never gives the same cache to two', () => {
    const pool = poolFor(ARCHITECTURE);
    use(pool, file(1000));
    expect(pool.take(file(1000))).not.toBe(pool.take(file(1000)));
  });

  it('allows a large model one cache', () => {
    const pool = poolFor({ ...ARCHITECTURE, hidden: 4096, nHeads: 16, nLayers: 28, nPositions: 2048 });
    const cache = pool.take([1]);
    pool.give(cache);
    expect(pool.take([2])).toBe(cache);
  });
});
