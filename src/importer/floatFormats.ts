/** The number formats that checkpoints use, little-endian, as fp32. Every value of each is exact in fp32. */
import type { Dtype } from './tensorEntry.ts';

export function toFloat32(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype): Float32Array<ArrayBuffer> {
  if (dtype === 'F32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const bits = new Uint32Array(halves.length);
  if (dtype === 'BF16') for (const [index, half] of halves.entries()) bits[index] = half << 16;
  else
    for (let index = 0; index < halves.length; index++) bits[index] = HALF_TO_FLOAT[halves[index] ?? 0] ?? 0;
  return new Float32Array(bits.buffer);
}

/** fp32 bits of each of the 65,536 halves: a sign, 5 bits of exponent, 10 of fraction (IEEE 754). */
const HALF_TO_FLOAT = Uint32Array.from({ length: 1 << 16 }, (_, half) => {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  const subnormal = new Uint32Array(new Float32Array([fraction * 2 ** -24]).buffer)[0] ?? 0;
  return sign | subnormal;
});
