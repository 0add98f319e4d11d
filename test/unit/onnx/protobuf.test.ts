import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from '../../../src/onnx/protobuf.ts';

/** Bytes worked out by hand, or given by the format's own guide (marked *): https://protobuf.dev/programming-guides/encoding/ */
const cases: readonly [what: string, write: (proto: ProtobufWriter) => unknown, hex: string][] = [
  ['* an int of two bytes', (proto) => proto.int(1, 150), '08 96 01'],
  ['zero', (proto) => proto.int(1, 0), '08 00'],
  ['the last of one byte, the first of two', (proto) => proto.int(1, 127).int(1, 128), '08 7f 08 80 01'],
  ['beyond 32 bits', (proto) => proto.int(2, 2 ** 35), '10 80 80 80 80 80 01'],
  ['the largest safe integer', (proto) => proto.int(1, 2 ** 53 - 1), '08 ff ff ff ff ff ff ff 0f'],
  ['* -2, as ten bytes', (proto) => proto.int(1, -2), '08 fe ff ff ff ff ff ff ff ff 01'],
  ['a key of two bytes', (proto) => proto.int(16, 1), '80 01 01'],
  ['* a text', (proto) => proto.string(2, 'testing'), '12 07 74 65 73 74 69 6e 67'],
  ['a text that is not ASCII: length in bytes', (proto) => proto.string(1, 'é'), '0a 02 c3 a9'],
  ['an empty text, which stands for a left-out input', (proto) => proto.string(1, ''), '0a 00'],
  ['a float', (proto) => proto.float(5, -1.5), '2d 00 00 c0 bf'],
  ['* packed ints', (proto) => proto.ints(6, [3, 270, 86942]), '32 06 03 8e 02 9e a7 05'],
  ['packed ints, one negative', (proto) => proto.ints(8, [-1, 0]), '42 0b ff ff ff ff ff ff ff ff ff 01 00'],
  ['* a message', (proto) => proto.message(3, (nested) => nested.int(1, 150)), '1a 03 08 96 01'],
  [
    'a message in a message, and what follows it',
    (proto) =>
      proto.message(1, (outer) => outer.message(2, (inner) => inner.string(3, 'a')).int(4, 1)).int(5, 2),
    '0a 07 12 03 1a 01 61 20 01 28 02',
  ],
];

describe('the wire format', () => {
  it.each(cases)('%s', (_, write, hex) => {
    const proto = new ProtobufWriter();
    write(proto);
    expect(Buffer.from(proto.finish()).toString('hex')).toBe(hex.replaceAll(' ', ''));
  });

  it('grows, with a length of three bytes where that is needed', () => {
    const long = new Uint8Array(40_000).fill(7);
    const bytes = new ProtobufWriter().message(1, (nested) => nested.bytes(2, long).int(3, 1)).finish();
    // 40,000 = 0b10_0111000_1000000; the message holds 1 + 3 + 40,000 + 2 bytes.
    expect(Buffer.from(bytes.subarray(0, 8)).toString('hex')).toBe('0ac6b80212c0b802');
    expect(bytes.subarray(8, -2)).toEqual(long);
    expect([...bytes.subarray(-2)]).toEqual([0x18, 1]);
  });

  it('refuses what is no integer', () => {
    expect(() => new ProtobufWriter().int(1, 1.5)).toThrow(RangeError);
  });
});
