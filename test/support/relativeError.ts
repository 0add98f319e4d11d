import { expect } from 'vitest';

/** max|Δ| / max|expected| */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  const indices = Array.from({ length: expected.length }, (_, index) => index);
  const difference = Math.max(...indices.map((index) => Math.abs(found[index]! - expected[index]!)));
  return difference / Math.max(...indices.map((index) => Math.abs(expected[index]!)));
}
