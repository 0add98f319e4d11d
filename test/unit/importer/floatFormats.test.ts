import { expect, it } from 'vitest';
import { toFloat32 } from '../../../src/importer/floatFormats.ts';

/** IEEE 754 by its definition: a sign, an exponent, a fraction; subnormals where the exponent is 0. */
function decode(bits: number, exponentBits: number, fractionBits: number): number {
  const sign = bits >> (exponentBits + fractionBits) === 0 ? 1 : -1;
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * 2 ** (1 - bias) * fraction : sign * 2 ** (exponent - bias) * (1 + fraction);
}

it.each([
  ['F16', 5, 10],
  ['BF16', 8, 7],
] as const)('%s: all 65,536 numbers', (dtype, exponentBits, fractionBits) => {
  const every = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
  const values = toFloat32(new Uint8Array(every.buffer), dtype);
  const wrong = [...values.entries()].filter(
    ([bits, value]) => !Object.is(value, decode(bits, exponentBits, fractionBits)),
  );
  expect(wrong).toEqual([]);
});

it('knows the numbers that everybody knows', () => {
  const halves = new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x8000).buffer);
  expect([...toFloat32(halves, 'F16')]).toEqual([1, -2, 65_504, 2 ** -24, 2 ** -14, -0]);
  const brains = new Uint8Array(Uint16Array.of(0x3f80, 0x4049, 0x0001).buffer);
  expect([...toFloat32(brains, 'BF16')]).toEqual([1, 3.140625, 2 ** -133]);
  const floats = new Uint8Array(Float32Array.of(1.5, -0, 2 ** -149).buffer);
  expect([...toFloat32(floats, 'F32')]).toEqual([1.5, -0, 2 ** -149]);
});
