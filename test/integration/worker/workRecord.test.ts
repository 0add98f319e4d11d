import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Device } from '../../../src/model/device.ts';
import { WorkRecord } from '../../../src/worker/workRecord.ts';

let stateFolder: string;
let work: WorkRecord;

beforeEach(async () => {
  stateFolder = await mkdtemp(path.join(tmpdir(), 'gptj-work-'));
  work = new WorkRecord();
});
afterEach(() => rm(stateFolder, { recursive: true }));

const loaded = (device: Device) =>
  work.loaded({ modelFolder: '/a model', nThreads: 1, device: 'auto', stateFolder }, device);

/** What is recorded now. */
async function records(): Promise<unknown[]> {
  const names = await readdir(stateFolder);
  return Promise.all(
    names.map(async (name) => JSON.parse(await readFile(path.join(stateFolder, name), 'utf8')) as unknown),
  );
}

const ON_GPU = [{ modelFolder: '/a model', device: 'webgpu' }];

it('is there while a GPU works, until the last has finished, also where it fails', async () => {
  loaded('webgpu');
  let finish = (): void => undefined;
  const long = work.during(() => new Promise<void>((resolve) => (finish = resolve)));
  expect(await records()).toEqual(ON_GPU);
  await expect(work.during(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await records()).toEqual(ON_GPU);
  finish();
  await long;
  expect(await records()).toEqual([]);
  expect(await work.during(records)).toEqual(ON_GPU);
});

it('is not there for the processor, nor after a move to it, nor where nothing is to be kept', async () => {
  expect(await work.during(records)).toEqual([]);
  loaded('cpu');
  expect(await work.during(records)).toEqual([]);
  loaded('webgpu');
  work.movedTo('cpu');
  expect(await work.during(records)).toEqual([]);
  work.loaded({ modelFolder: '/a model', nThreads: 1, device: 'auto' }, 'webgpu');
  expect(await work.during(records)).toEqual([]);
});
