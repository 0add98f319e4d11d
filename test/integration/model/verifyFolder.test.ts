/** What verifying finds in a model folder that somebody has changed. */
import { mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { importModel } from '../../../src/importer/importModel.ts';
import { verifyFolder } from '../../../src/model/verifyFolder.ts';
import { smallCheckpoint, writeCheckpoint } from '../../support/checkpoint.ts';
import { formOfBits } from '../../support/resumableImport.ts';

let temp: string;
let folder: string;

beforeEach(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-verify-'));
  folder = path.join(temp, 'model');
  await writeCheckpoint(path.join(temp, 'checkpoint'), smallCheckpoint());
  await importModel({ checkpoint: path.join(temp, 'checkpoint'), out: folder, formOf: () => formOfBits(8) });
});
afterEach(() => rm(temp, { recursive: true }));

const states = async () =>
  Object.fromEntries((await verifyFolder(folder)).map(({ name, state }) => [name, state]));

async function flip(at: number): Promise<void> {
  const file = await open(path.join(folder, 'weights.bin'), 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
  buffer[0]! ^= 1;
  await file.write(buffer, 0, 1, at);
  await file.close();
}

it('a folder that was just written is as written, and progress ends with all of it', async () => {
  const shares: number[] = [];
  const files = await verifyFolder(folder, { onProgress: (share) => shares.push(share) });
  expect(files).toEqual([
    { name: 'weights.bin', state: 'as-written' },
    { name: 'README.md', state: 'as-written' },
  ]);
  expect(shares.at(-1)).toBe(1);
});

it('one bit in the first byte or the last is found', async () => {
  const { size } = await stat(path.join(folder, 'weights.bin'));
  for (const at of [0, size - 1]) {
    await flip(at);
    expect(await states()).toEqual({ 'weights.bin': 'changed', 'README.md': 'as-written' });
    await flip(at);
  }
  expect(await states()).toMatchObject({ 'weights.bin': 'as-written' });
});

it('files that are shorter or gone are told apart', async () => {
  await truncate(path.join(folder, 'weights.bin'), 100);
  await rm(path.join(folder, 'README.md'));
  expect(await states()).toEqual({ 'weights.bin': 'of-another-size', 'README.md': 'missing' });
});

it('where the manifest has no checksum, there is nothing to compare with', async () => {
  const file = path.join(folder, 'manifest.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/,\s*"sha256": "[0-9a-f]+"/, ''));
  expect(await states()).toEqual({ 'weights.bin': 'nothing-to-compare', 'README.md': 'as-written' });
});

it('ends when it is cancelled', async () => {
  await expect(verifyFolder(folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  });
});
