/** Each wrong thing about a checkpoint gives one sentence that names it, and leaves nothing behind. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { importModel } from '../../../src/importer/importModel.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import {
  floats,
  smallCheckpoint,
  valuesOf,
  writeCheckpoint,
  writeSharded,
  type RawCheckpoint,
} from '../../support/checkpoint.ts';
import { withTempFolder } from '../../support/goldenModel.ts';
import { expectRefusal } from '../../support/importRefusal.ts';

const FILE = 'model.safetensors';
const EMBEDDING = 'transformer.wte.weight';
const QUERY = 'transformer.h.0.attn.q_proj.weight';

/** What is changed of the content, and what the message must name. */
const badContents: Record<string, [(checkpoint: RawCheckpoint) => unknown, string[]]> = {
  'a missing tensor': [({ tensors }) => Reflect.deleteProperty(tensors, QUERY), [QUERY, 'missing']],
  'a transposed matrix': [
    ({ tensors }) =>
      (tensors['transformer.h.0.mlp.fc_in.weight'] = {
        ...tensors['transformer.h.0.mlp.fc_in.weight']!,
        shape: [12, 20],
      }),
    [FILE, 'fc_in.weight', '[12, 20]', '[20, 12]'],
  ],
  'weights of integers': [
    ({ tensors }) => (tensors[QUERY] = { ...tensors[QUERY]!, dtype: 'I32' }),
    [FILE, QUERY, 'I32', 'BF16'],
  ],
  'a NaN': [
    ({ tensors }) => (valuesOf(tensors[EMBEDDING]!)[77] = NaN),
    [FILE, EMBEDDING, 'NaN', 'element 77'],
  ],
  'an infinity': [
    ({ tensors }) => (valuesOf(tensors[QUERY]!)[143] = -Infinity),
    [FILE, QUERY, '-Infinity', 'element 143'],
  ],
  'an infinity in a half': [
    ({ tensors }) =>
      (tensors[QUERY] = { dtype: 'F16', shape: [12, 12], bytes: new Uint8Array(288).fill(0x7c) }),
    [FILE, QUERY, 'NaN', 'element 0'],
  ],
  'another family': [
    ({ config }) => (config['model_type'] = 'gpt_neox'),
    ['config.json', 'model_type', 'gpt_neox', '"gptj" and "codegen"'],
  ],
  'another activation': [
    ({ config }) => (config['activation_function'] = 'relu'),
    ['config.json', 'relu', 'gelu_new'],
  ],
  'heads that are not in four groups': [
    ({ config }) => (config['model_type'] = 'codegen'),
    ['n_head is 3', 'CodeGen', '4 groups'],
  ],
  'a fused projection that is not fused': [
    ({ config }) => Object.assign(config, { model_type: 'codegen', n_head: 4, rotary_dim: 2 }),
    ['transformer.h.0.attn.qkv_proj.weight', 'missing'],
  ],
  'heads that do not divide the width': [
    ({ config }) => (config['n_head'] = 5),
    ['n_embd is 12', '5 heads (n_head)'],
  ],
  'the same without rotary_dim': [
    ({ config }) => [(config['n_head'] = 5), delete config['rotary_dim']],
    ['n_embd is 12', '5 heads (n_head)'],
  ],
  'a rotation wider than a head': [
    ({ config }) => (config['rotary_dim'] = 6),
    ['rotary_dim is 6', 'heads of 4'],
  ],
  'an odd rotation': [({ config }) => (config['rotary_dim'] = 3), ['rotary_dim is 3']],
  'no layers': [({ config }) => (config['n_layer'] = 0), ['n_layer is 0', '1 to 1000']],
  'no heads': [({ config }) => [(config['n_head'] = 0), delete config['rotary_dim']], ['n_head is 0']],
  'a negative size': [({ config }) => (config['n_embd'] = -12), ['config.json: n_embd is -12']],
  'a fractional size': [({ config }) => (config['n_positions'] = 32.5), ['config.json: n_positions is 32.5']],
  'a size as text': [({ config }) => (config['vocab_size'] = '300'), ['config.json: vocab_size is "300"']],
  'a million layers': [({ config }) => (config['n_layer'] = 1e6), ['n_layer is 1000000', '1 to 1000']],
  'a thousand layers that are not there': [
    ({ config }) => (config['n_layer'] = 1000),
    ['transformer.h.1.', 'missing'],
  ],
  'a window of billions': [
    ({ config }) => (config['n_positions'] = 2 ** 40),
    ['n_positions is 1099511627776'],
  ],
  'a size of 1e300': [({ config }) => (config['n_inner'] = 1e300), ['n_inner is 1e+300']],
  'an epsilon of zero': [({ config }) => (config['layer_norm_epsilon'] = 0), ['layer_norm_epsilon is 0']],
  'no size at all': [({ config }) => delete config['n_layer'], ['config.json: n_layer is missing']],
  'a tokenizer that is an object': [
    ({ config }) => (config['tokenizer'] = { toString: 1 }),
    ['config.json: tokenizer is {"toString":1}', 'codegen'],
  ],
};

/** What is done to the files of a valid checkpoint. */
const badFolders: Record<string, [(folder: string) => Promise<unknown>, string[]]> = {
  'a config.json that is not JSON': [
    (folder) => exchange(folder, 'config.json', (file) => writeFile(file, '{')),
    ['config.json', 'JSON'],
  ],
  'a config.json that is a list': [
    (folder) => exchange(folder, 'config.json', (file) => writeFile(file, '[1]')),
    ['config.json', 'object'],
  ],
  'no config.json': [(folder) => rm(path.join(folder, 'config.json')), ['has no config.json']],
  'a config.json that is a folder': [
    (folder) => exchange(folder, 'config.json', (file) => mkdir(file)),
    ['config.json', 'not a file'],
  ],
  'weights in another format': [
    (folder) => exchange(folder, FILE, (file) => writeFile(path.join(file, '../tf_model.h5'), '')),
    [FILE, 'pytorch_model.bin', 'other formats'],
  ],
  'a weights file that is a folder': [
    (folder) => exchange(folder, FILE, (file) => mkdir(file)),
    [FILE, 'not a file'],
  ],
  'added tokens that are not JSON': [
    (folder) => writeFile(path.join(folder, 'added_tokens.json'), 'no'),
    ['added_tokens.json', 'not valid JSON'],
  ],
  "a tokenizer's class that is a number": [
    (folder) => writeFile(path.join(folder, 'tokenizer_config.json'), '{"tokenizer_class": 1}'),
    ['tokenizer_config.json', 'tokenizer_class is 1'],
  ],
  'a missing shard': [
    (folder) => sharded(folder, (map) => (map[QUERY] = 'model-00003-of-00002.safetensors')),
    ['model-00003-of-00002.safetensors', 'missing'],
  ],
  'a shard without its tensor': [
    (folder) => sharded(folder, (map) => (map[QUERY] = 'model-00002-of-00002.safetensors')),
    ['model-00002-of-00002.safetensors', QUERY, 'index.json'],
  ],
  'a shard with a path in its name': [
    (folder) => sharded(folder, (map) => (map[QUERY] = '../model-00001-of-00002.safetensors')),
    ['../model-00001', 'missing'],
  ],
  'a shard that is a number': [
    (folder) => sharded(folder, (map) => Object.assign(map, { [QUERY]: 7 })),
    ['index.json', QUERY, '7'],
  ],
  'an index that is a list': [
    async (folder) => {
      await sharded(folder, () => undefined);
      await exchange(folder, 'model.safetensors.index.json', (file) => writeFile(file, '[]'));
    },
    ['index.json', 'object'],
  ],
};

describe('the wrong content', () => {
  it.each(Object.entries(badContents))('%s', async (_, [change, parts]) => {
    const checkpoint = smallCheckpoint();
    change(checkpoint);
    await expectRefusal((folder) => writeCheckpoint(folder, checkpoint), parts);
  });
});

describe('a wrong folder', () => {
  it.each(Object.entries(badFolders))('%s', async (_, [change, parts]) => {
    await expectRefusal(async (folder) => {
      await writeCheckpoint(folder, smallCheckpoint());
      await change(folder);
    }, parts);
  });
});

it('takes the checkpoints that these were made from', async () => {
  for (const write of [writeCheckpoint, writeSharded]) {
    await withTempFolder(async (temp) => {
      const checkpoint = smallCheckpoint();
      checkpoint.tensors['a.buffer'] = { dtype: 'BOOL', shape: [0], bytes: new Uint8Array() };
      checkpoint.tensors['another'] = floats([], Float32Array.of(1));
      await write(path.join(temp, 'checkpoint'), checkpoint);
      await importModel({
        checkpoint: path.join(temp, 'checkpoint'),
        out: path.join(temp, 'model'),
        formOf: () => FP32,
      });
      expect(await readdir(path.join(temp, 'model'))).toEqual(['README.md', 'manifest.json', 'weights.bin']);
    });
  }
});

async function sharded(folder: string, change: (map: Record<string, string>) => unknown): Promise<void> {
  await rm(path.join(folder, FILE));
  await writeSharded(folder, smallCheckpoint(), change);
}

async function exchange(
  folder: string,
  name: string,
  put: (file: string) => Promise<unknown>,
): Promise<void> {
  await rm(path.join(folder, name));
  await put(path.join(folder, name));
}
