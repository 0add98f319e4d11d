/** Every form of PyTorch's files gives the tensors that were saved; each defect gives one sentence, and nothing is run. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Checkpoint } from '../../../../src/importer/checkpoint.ts';
import { smallCheckpoint, type RawCheckpoint } from '../../../support/checkpoint.ts';
import { withTempFolder } from '../../../support/goldenModel.ts';
import { call, dict, int, list, opcode, pickle, setItems, text } from '../../../support/pickleBytes.ts';
import { storedArchive } from '../../../support/storedArchive.ts';
import {
  archiveFiles,
  archiveOfPickle,
  expectTorchRefusal,
  LEGACY_START,
  LEGACY_SYSTEM,
  legacyFile,
  smallTorch,
  tensorPickle,
  TORCH_FILE,
  torchArchive,
  writeTorchCheckpoint,
  type TorchParts,
  type View,
} from '../../../support/torchFile.ts';

const QUERY = 'transformer.h.0.attn.q_proj.weight';
const EMBEDDING = 'transformer.wte.weight';
const HEAD = 'lm_head.weight';

/** The small checkpoint with another tensor, as an archive. */
const withView = (change: (view: View) => Partial<View>) => {
  const parts = smallTorch();
  parts.views[QUERY] = { ...parts.views[QUERY]!, ...change(parts.views[QUERY]!) };
  return torchArchive(parts);
};

const items = (parts: TorchParts) =>
  Object.entries(parts.views).map(([name, view]) => [name, tensorPickle(view)] as const);

const state = items(smallTorch());

describe('reads', () => {
  const { tensors } = smallCheckpoint();
  const metadata = dict(['_metadata', dict(['', dict(['version', int(1)])])]);
  const forms: Record<string, Buffer> = {
    'an archive': torchArchive(smallTorch()),
    'an archive with 64-bit sizes and a comment': storedArchive(Object.entries(archiveFiles(smallTorch())), {
      zip64: true,
      comment: 'PK\x05\x06 is no end',
    }),
    'the form before 1.6': legacyFile(smallTorch()),
    // As `model.state_dict()` is: an OrderedDict that has an attribute.
    'an OrderedDict with metadata': archiveOfPickle(
      Buffer.concat([call('collections.OrderedDict'), setItems(state), metadata, opcode('b')]),
    ),
    parameters: archiveOfPickle(
      dict(
        ...state.map(
          ([name, tensor]) =>
            [
              name,
              call(
                'torch._utils._rebuild_parameter',
                tensor,
                opcode('\x88'),
                call('collections.OrderedDict'),
              ),
            ] as const,
        ),
      ),
    ),
    'items that are set one by one, and other values between them': archiveOfPickle(
      Buffer.concat([
        dict(
          ['epoch', int(3)],
          ['loss', Buffer.concat([opcode('G'), Buffer.alloc(8)])],
          ['sizes', list(int(1))],
        ),
        ...state.flatMap(([name, tensor]) => [text(name), tensor, opcode('s')]),
      ]),
    ),
  };

  it.each(Object.entries(forms))('%s', async (_, bytes) => {
    const found = await readAll(bytes, smallCheckpoint());
    expect(found).toEqual(
      Object.fromEntries(Object.entries(tensors).map(([name, raw]) => [name, [...raw.bytes]])),
    );
  });

  it('views of one storage, and leaves alone what is not needed', async () => {
    const checkpoint = smallCheckpoint();
    const parts = smallTorch();
    const embedding = parts.views[EMBEDDING]!;
    // The head is tied to the embedding by sharing its storage; the query begins inside another storage.
    parts.views[HEAD] = { ...embedding };
    const key = parts.views['transformer.h.0.attn.k_proj.weight']!;
    parts.storages['joint'] = Buffer.concat([
      parts.storages[key.key]!,
      parts.storages[parts.views[QUERY]!.key]!,
    ]);
    parts.views[QUERY] = { ...parts.views[QUERY]!, key: 'joint', start: 144, nStored: 288 };
    // A mask that is expanded to a size of which it has one number.
    parts.storages['mask'] = Uint8Array.of(1);
    parts.views['transformer.h.0.attn.bias'] = {
      ...{ dtype: 'BOOL', key: 'mask', nStored: 1, start: 0 },
      ...{ shape: [1, 1, 2 ** 20, 2 ** 20], strides: [0, 0, 0, 0] },
    };
    const found = await readAll(torchArchive(parts), checkpoint);
    expect(found[HEAD]).toEqual(found[EMBEDDING]);
    expect(found[QUERY]).toEqual([...tensors[QUERY]!.bytes]);
  });
});

const badTensors: Record<string, [(view: View) => Partial<View>, string[]]> = {
  'a tensor that ends behind its storage': [() => ({ start: 1 }), ['ends at element 145', 'which has 144']],
  'a negative start': [() => ({ start: -1 }), ['a way that PyTorch does not']],
  'a shape whose product overflows': [
    () => ({ shape: [2 ** 52, 2 ** 52], strides: [2 ** 52, 1] }),
    ['ends at element', 'which has 144'],
  ],
  'strides that do not go with the shape': [() => ({ strides: [1] }), ['a way that PyTorch does not']],
  'a negative stride': [() => ({ strides: [-12, 1] }), ['a way that PyTorch does not']],
  'a transposed tensor': [() => ({ strides: [1, 12] }), [QUERY, TORCH_FILE, 'row after row', 'contiguous']],
  'an expanded tensor': [() => ({ strides: [0, 1] }), [QUERY, 'row after row']],
  'another shape': [() => ({ shape: [6, 24], strides: [24, 1] }), [QUERY, '[6, 24]', '[12, 12]']],
  'a storage that is not there': [() => ({ key: 'none' }), ['lacks storage "none"']],
  'a storage of another size': [() => ({ nStored: 200 }), ['storage "3" has 576 bytes instead of 800']],
  'a storage with a path in its name': [() => ({ key: '../data.pkl' }), ['lacks storage "../data.pkl"']],
  integers: [() => ({ dtype: 'I64', nStored: 72, shape: [12, 12], strides: [0, 1] }), [QUERY, 'I64', 'BF16']],
};

const keysOf = ({ storages }: TorchParts) => Object.keys(storages).sort();

const badLegacyFiles: Record<string, [Buffer, string[]]> = {
  'another version': [
    Buffer.concat([LEGACY_START.subarray(0, 15), pickle(int(1002)), LEGACY_SYSTEM]),
    ['version 1002', '1001'],
  ],
  'numbers of another byte order': [
    legacyFile(smallTorch(), { system: pickle(dict(['little_endian', opcode('\x89')])) }),
    ['byte order'],
  ],
  'names where there are only facts': [
    legacyFile(smallTorch(), { system: pickle(call('os.getcwd')) }),
    ['something else than plain values'],
  ],
  'a storage that is not in the list': [
    legacyFile(smallTorch(), { keys: keysOf(smallTorch()).slice(0, -1) }),
    ['list of storages is not complete'],
  ],
  'a storage that is twice in the list': [
    legacyFile(smallTorch(), { keys: ['0', '0', ...keysOf(smallTorch())] }),
    ['names "0" twice'],
  ],
  'a storage that no tensor uses': [legacyFile(smallTorch(), { keys: ['77'] }), ['one that no tensor uses']],
  'storages in another order': [
    legacyFile(smallTorch(), { keys: keysOf(smallTorch()).reverse() }),
    ['a storage at byte', 'elements instead of'],
  ],
  'storages that are cut off': [legacyFile(smallTorch()).subarray(0, -1), ['a storage ends at byte']],
  'nothing behind the pickles': [
    legacyFile({ ...smallTorch(), storages: {} }, { keys: keysOf(smallTorch()) }),
    ['8 bytes are expected', 'but the file has'],
  ],
  'nothing behind the magic number': [LEGACY_START.subarray(0, 15), ['ends at byte 15', 'too early']],
};

describe('refuses', () => {
  it.each(Object.entries(badTensors))('%s', (_, [change, parts]) =>
    expectTorchRefusal(withView(change), parts),
  );

  it('a storage that is spoken of in two ways', () => {
    const parts = smallTorch();
    parts.views[HEAD] = { ...parts.views[EMBEDDING]!, nStored: 5, shape: [5], strides: [1] };
    return expectTorchRefusal(torchArchive(parts), ['speaks of storage "0" in two ways']);
  });
});

describe('refuses, in the form before 1.6,', () => {
  it.each(Object.entries(badLegacyFiles))('%s', (_, [bytes, parts]) => expectTorchRefusal(bytes, parts));
});

/** The bytes of every tensor of the checkpoint, as they are read from this file. */
async function readAll(
  bytes: Uint8Array,
  { config, tensors }: RawCheckpoint,
): Promise<Record<string, number[]>> {
  return withTempFolder(async (temp) => {
    await writeTorchCheckpoint(temp, { config }, bytes);
    const checkpoint = await Checkpoint.open(path.join(temp, TORCH_FILE));
    try {
      const found: Record<string, number[]> = {};
      for (const [name, { shape }] of Object.entries(tensors)) {
        checkpoint.check(name, shape);
        const nElements = shape.reduce((a, b) => a * b, 1);
        found[name] = [...(await checkpoint.read(name, 0, nElements)).bytes];
      }
      return found;
    } finally {
      await checkpoint.close();
    }
  });
}
