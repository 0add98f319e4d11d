/** Each defect of a weights file gives one sentence that names the place, and leaves nothing behind. */
import { it } from 'vitest';
import { safetensors, smallCheckpoint, writeCheckpoint, type Header } from '../../support/checkpoint.ts';
import { expectRefusal } from '../../support/importRefusal.ts';

const FILE = 'model.safetensors';
const QUERY = 'transformer.h.0.attn.q_proj.weight';

type Encode = (header: Header, data: Buffer) => Uint8Array;

/** A file whose header has been changed. */
const withHeader =
  (change: (header: Header) => unknown): Encode =>
  (header, data) => {
    change(header);
    return safetensors(header, data);
  };

/** Every part must be in the message. */
const badFiles: Record<string, [Encode, string[]]> = {
  'an empty file': [() => new Uint8Array(), [FILE, 'has 0 bytes']],
  'a header that is cut off': [
    (header, data) => safetensors(header, data).subarray(0, 100),
    [FILE, 'at most 92'],
  ],
  'a header length that is too large by one': [
    (header) => safetensors(header, Buffer.alloc(0), BigInt(JSON.stringify(header).length + 1)),
    [FILE, 'header'],
  ],
  'a header length of 2^64 - 1': [
    (header, data) => safetensors(header, data, 2n ** 64n - 1n),
    [FILE, '18446744073709551615'],
  ],
  'a header length that is too small': [
    (header, data) => safetensors(header, data, 20n),
    [FILE, 'not valid JSON'],
  ],
  'a header that is a list': [(_, data) => safetensors('[]', data), [FILE, 'not a JSON object']],
  'a header of other bytes': [(_, data) => safetensors('\0\xff{', data), [FILE, 'not valid JSON']],
  'an entry that is a number': [(_, data) => safetensors('{"a": 1}', data), [FILE, 'a is not a JSON object']],
  'overlapping tensors': [
    withHeader(
      (header) => (header['lm_head.bias']!.data_offsets = header['transformer.ln_f.bias']!.data_offsets),
    ),
    [FILE, 'lm_head.bias', '1200'],
  ],
  'two tensors that share four bytes': [
    withHeader((header) => {
      const key = header['transformer.h.0.attn.k_proj.weight']!;
      key.data_offsets = [key.data_offsets[0] - 4, key.data_offsets[1] - 4];
    }),
    [FILE, 'k_proj.weight overlaps', QUERY],
  ],
  'a tensor by the name of a prototype': [
    (header, data) => safetensors(JSON.stringify(header).replace(QUERY, '__proto__'), data),
    [QUERY, 'missing'],
  ],
  'a gap': [
    (header, data) => {
      header['lm_head.bias']!.data_offsets = header['lm_head.bias']!.data_offsets.map((at) => at + 4) as [
        number,
        number,
      ];
      return safetensors(header, Buffer.concat([data, Buffer.alloc(4)]));
    },
    [FILE, '4 unexplained bytes', 'lm_head.bias'],
  ],
  'trailing bytes': [
    (header, data) => safetensors(header, Buffer.concat([data, Buffer.alloc(3)])),
    [FILE, 'explains'],
  ],
  'data that is cut off': [
    (header, data) => safetensors(header, data.subarray(0, -1)),
    [FILE, 'lm_head.bias', 'ends at'],
  ],
  'offsets outside the file': [
    withHeader((header) => (header['lm_head.bias']!.data_offsets = [2 ** 40, 2 ** 40 + 1200])),
    [FILE, 'lm_head.bias', String(2 ** 40).slice(0, 6)],
  ],
  'offsets that run backwards': [
    withHeader((header) => header[QUERY]!.data_offsets.reverse()),
    [FILE, QUERY, '-576'],
  ],
  'a negative offset': [
    withHeader((header) => (header[QUERY]!.data_offsets = [-4, 572])),
    [FILE, QUERY, '[-4,572]'],
  ],
  'three offsets': [
    withHeader((header) => (header[QUERY]!.data_offsets as number[]).push(1)),
    [FILE, QUERY, 'two offsets'],
  ],
  'a shape that needs other bytes': [
    withHeader((header) => (header[QUERY]!.shape = [12, 13])),
    [FILE, QUERY, '576', '624'],
  ],
  'a shape whose product overflows': [
    withHeader((header) => (header[QUERY]!.shape = [2 ** 52, 2 ** 52, 2 ** 52])),
    [FILE, QUERY, '576'],
  ],
  'a shape whose product overflows, times zero': [
    withHeader((header) => (header[QUERY]!.shape = [...Array<number>(30).fill(2 ** 52), 0])),
    [FILE, QUERY, '576', 'need 0'],
  ],
  'a fractional shape': [
    withHeader((header) => (header[QUERY]!.shape = [1.5, 96])),
    [FILE, QUERY, '[1.5,96]'],
  ],
  'an unknown type': [withHeader((header) => (header[QUERY]!.dtype = 'F4')), [FILE, QUERY, 'F4']],
  'a type that is a property of every object': [
    withHeader((header) => (header[QUERY]!.dtype = 'constructor')),
    [FILE, QUERY, 'constructor'],
  ],
};

it.each(Object.entries(badFiles))('refuses %s', async (_, [encode, parts]) => {
  await expectRefusal((folder) => writeCheckpoint(folder, smallCheckpoint(), encode), parts);
});
