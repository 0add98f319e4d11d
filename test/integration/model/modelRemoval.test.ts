/** What may be removed as a model folder, and what has to stay. */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkRemovable, deleteFolder } from '../../../src/model/modelRemoval.ts';

let models: string;

beforeEach(async () => {
  models = path.join(await mkdtemp(path.join(tmpdir(), 'gptj-removal-')), 'models');
  await mkdir(models);
});
afterEach(() => rm(path.dirname(models), { recursive: true }));

async function folderWith(place: string, ...names: string[]): Promise<string> {
  const folder = path.join(models, place);
  await mkdir(folder, { recursive: true });
  for (const name of names) await writeFile(path.join(folder, name), name);
  return folder;
}

it('a model folder is removed whole, even one that lacks files', async () => {
  for (const names of [['manifest.json', 'weights.bin', 'README.md'], ['manifest.json']]) {
    const folder = await folderWith('plum', ...names);
    await checkRemovable(folder, models);
    await deleteFolder(folder);
    expect(await readdir(models)).toEqual([]);
  }
});

it.each<[string, () => Promise<string>, RegExp]>([
  ['a folder elsewhere', () => folderWith('../plum', 'manifest.json'), /was not installed by GPT-J/],
  ['the folder of models itself', () => Promise.resolve(models), /was not installed by GPT-J/],
  ['a folder below a model', () => folderWith('plum/inner', 'manifest.json'), /was not installed by GPT-J/],
  [
    'a folder with something else',
    () => folderWith('plum', 'manifest.json', 'a.txt'),
    /^a\.txt in .* Move it/,
  ],
  ['one that is no model', () => folderWith('plum', 'README.md'), /is not a model folder/],
  [
    'a folder with a folder in it',
    async () => (await folderWith('plum/weights.bin'), folderWith('plum', 'manifest.json')),
    /^weights\.bin in .* does not belong/,
  ],
  [
    'a link',
    async () => {
      await symlink(await folderWith('../plum', 'manifest.json'), path.join(models, 'link'));
      return path.join(models, 'link');
    },
    /is a link to another folder/,
  ],
])('%s stays', async (_, make, like) => {
  const folder = await make();
  await expect(checkRemovable(folder, models)).rejects.toThrow(like);
});

it('what came into the folder meanwhile stays, and the folder is not a model any more', async () => {
  const folder = await folderWith('plum', 'manifest.json', 'weights.bin', 'notes.txt');
  await expect(deleteFolder(folder)).rejects.toThrow('ENOTEMPTY');
  expect(await readdir(folder)).toEqual(['notes.txt']);
});
