/** A model folder that somebody has changed, or that another version has written: one sentence that says so. */
import { mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/userError.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { importModel } from '../../../src/importer/importModel.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { readManifest } from '../../../src/model/modelFolder.ts';
import { smallCheckpoint, writeCheckpoint } from '../../support/checkpoint.ts';
import { withTempFolder } from '../../support/goldenModel.ts';

/** JSON that may be spoilt. */
type Loose = Record<string, unknown>;
const at = (value: unknown, ...keys: string[]): Loose =>
  keys.reduce((object, key) => object[key] as Loose, value as Loose);

const badManifests: Record<string, [(manifest: Loose) => unknown, string[]]> = {
  'of a newer format': [(manifest) => (manifest['formatVersion'] = 2), ['format 2', 'Update the extension']],
  'of format 0': [(manifest) => (manifest['formatVersion'] = 0), ['formatVersion is 0']],
  'of another family': [(manifest) => (manifest['family'] = 'llama'), ['family is "llama"', 'gptj']],
  'without a tensor': [
    (manifest) => delete at(manifest, 'tensors')['head.bias'],
    ['tensors.head.bias is not'],
  ],
  'with a tensor in the prototype': [
    (manifest) => {
      const tensors = at(manifest, 'tensors');
      Object.defineProperty(tensors, '__proto__', {
        value: { 'head.bias': tensors['head.bias'] },
        enumerable: true,
      });
      delete tensors['head.bias'];
    },
    ['tensors.head.bias is not'],
  ],
  'with a tensor outside the file': [
    (manifest) => (at(manifest, 'tensors', 'embedding')['offset'] = 2 ** 40),
    ['embedding lies outside weights.bin'],
  ],
  'with a negative offset': [
    (manifest) => (at(manifest, 'tensors', 'embedding')['offset'] = -64),
    ['tensors.embedding.offset is -64'],
  ],
  'with a tensor of another shape': [
    (manifest) => (at(manifest, 'tensors', 'norm.bias')['shape'] = [13]),
    ['norm.bias has shape [13], not [12]'],
  ],
  'with a quantised vector': [
    (manifest) => (at(manifest, 'tensors', 'norm.bias')['form'] = { kind: 'blocks', bits: 4, block: 32 }),
    ['the vector norm.bias is quantised'],
  ],
  'with blocks of 48': [
    (manifest) => (at(manifest, 'tensors', 'embedding')['form'] = { kind: 'blocks', bits: 4, block: 48 }),
    ['tensors.embedding.form.block is 48'],
  ],
  'that does not tell of the weights': [
    (manifest) => (manifest['files'] = []),
    ['lies outside weights.bin (0 bytes)'],
  ],
  'with a file that is a number': [(manifest) => (manifest['files'] = [7]), ['files is not a JSON object']],
  'with a window of a million': [
    (manifest) => (at(manifest, 'architecture')['nPositions'] = 1e6),
    ['nPositions is 1000000', '65536'],
  ],
  'with a million layers': [
    (manifest) => (at(manifest, 'architecture')['nLayers'] = 1e6),
    ['nLayers is 1000000'],
  ],
  'with prompts that are texts': [
    (manifest) => (manifest['prompts'] = { sql: 'write SQL' }),
    ['prompts.sql is not a JSON object'],
  ],
  'with a prompt that has no place for the code': [
    (manifest) => (manifest['prompts'] = { explain: { template: 'Explain!', linePrefix: '' } }),
    ['prompts.explain.template', '{code}'],
  ],
  'with a prompt that has two places for the question': [
    (manifest) => (manifest['prompts'] = { sql: { template: '{schema}{question}{question}' } }),
    ['prompts.sql.template', '{question}'],
  ],
};

const badFolders: Record<string, [(folder: string) => Promise<unknown>, string, string[]]> = {
  'without weights': [
    (folder) => rm(path.join(folder, 'weights.bin')),
    'bad-model',
    ['weights.bin is missing'],
  ],
  'with short weights': [
    (folder) => truncate(path.join(folder, 'weights.bin'), 1000),
    'bad-model',
    ['weights.bin has 1000 bytes instead of'],
  ],
  'with weights that are a link to elsewhere': [
    async (folder) => {
      await rename(path.join(folder, 'weights.bin'), `${folder}.weights`);
      await symlink(`${folder}.weights`, path.join(folder, 'weights.bin'));
    },
    'bad-model',
    ['The runtime refuses the model'],
  ],
  'without a model card': [
    (folder) => rm(path.join(folder, 'README.md')),
    'bad-model',
    ['README.md is missing'],
  ],
  'without a manifest': [
    (folder) => rm(path.join(folder, 'manifest.json')),
    'no-model',
    ['no manifest.json'],
  ],
  'with half a manifest': [
    (folder) => truncate(path.join(folder, 'manifest.json'), 500),
    'bad-model',
    ['manifest.json is not valid JSON'],
  ],
};

let files: readonly (readonly [name: string, bytes: Buffer])[];

beforeAll(async () => {
  await withTempFolder(async (temp) => {
    const [checkpoint, out] = [path.join(temp, 'checkpoint'), path.join(temp, 'model')];
    await writeCheckpoint(checkpoint, smallCheckpoint());
    await importModel({ checkpoint, out, formOf: () => ({ kind: 'blocks', bits: 8, block: 32 }) });
    const names = ['manifest.json', 'weights.bin', 'README.md'];
    files = await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(out, name))] as const),
    );
  });
});

const engine = new Engine();
afterAll(() => engine.close());

describe('a manifest', () => {
  it.each(Object.entries(badManifests))('%s', async (_, [change, parts]) => {
    await withFolder(async (folder) => {
      const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as Loose;
      change(manifest);
      await writeFile(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
      await expectRefusal(folder, 'bad-model', parts);
    });
  });
});

describe('a folder', () => {
  it.each(Object.entries(badFolders))('%s', async (_, [change, code, parts]) => {
    await withFolder(async (folder) => {
      await change(folder);
      await expectRefusal(folder, code, parts);
    });
  });

  it('that is as it was written', async () => {
    await withFolder(async (folder) => {
      const manifest: Manifest = await readManifest(folder);
      expect(manifest.architecture).toMatchObject({
        nLayers: 1,
        hidden: 12,
        nHeads: 3,
        inner: 20,
        rotaryDim: 4,
      });
      expect((await engine.load({ modelFolder: folder, nThreads: 1, device: 'cpu' })).precision).toBe(
        '8-bit',
      );
    });
  });
});

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  await withTempFolder(async (temp) => {
    const folder = path.join(temp, 'model');
    await mkdir(folder);
    for (const [name, bytes] of files) await writeFile(path.join(folder, name), bytes);
    await use(folder);
  });
}

async function expectRefusal(folder: string, code: string, parts: readonly string[]): Promise<void> {
  const error = await engine.load({ modelFolder: folder, nThreads: 1, device: 'cpu' }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).code).toBe(code);
  for (const part of parts) expect((error as UserError).message).toContain(part);
}
