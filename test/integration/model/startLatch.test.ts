/** What was being started when a process died, seen by the process after it: real processes, really killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StartLatch } from '../../../src/model/startLatch.ts';

const LATCH = path.resolve(import.meta.dirname, '../../../src/model/startLatch.ts');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gptj-latch-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Starts a process that sets the latch, runs `then`, and is killed. */
async function processThat(then: string): Promise<void> {
  const script = path.join(folder, 'starts.cjs');
  await build({
    stdin: {
      contents: `import { StartLatch } from ${JSON.stringify(LATCH)};
        const latch = new StartLatch(${JSON.stringify(folder)});
        latch.set({ modelFolder: '/a model', device: 'webgpu' }); ${then} process.kill(process.pid, 'SIGKILL');`,
      resolveDir: folder,
    },
    ...{ bundle: true, platform: 'node', format: 'cjs', outfile: script, logLevel: 'error' },
  });
  await once(spawn(process.execPath, [script]), 'exit');
}

it('holds back what a process was starting when it was killed, until it is released', async () => {
  await processThat('');
  const latch = new StartLatch(folder);
  expect(latch.held()).toEqual([{ modelFolder: '/a model', device: 'webgpu', isNew: true }]);
  latch.release();
  expect(latch.held()).toEqual([]);
});

it('holds nothing back where the start had succeeded', async () => {
  await processThat('latch.clear();');
  expect(new StartLatch(folder).held()).toEqual([]);
});

it('does not mind another window that is starting right now', () => {
  new StartLatch(folder, process.ppid).set({ modelFolder: '/a model', device: 'cpu' });
  expect(new StartLatch(folder).held()).toEqual([]);
});

it('remembers what has been told, also when another process gets that number', async () => {
  await processThat('');
  const latch = new StartLatch(folder);
  latch.markTold('/another model');
  expect(latch.held()).toMatchObject([{ isNew: true }]);
  for (let n = 0; n < 2; n++) latch.markTold('/a model');
  expect(latch.held()).toEqual([{ modelFolder: '/a model', device: 'webgpu', isNew: false }]);
  const [file = ''] = (await readdir(folder)).filter((name) => name.startsWith('crashed-'));
  await rename(path.join(folder, file), path.join(folder, `crashed-${process.ppid}`));
  expect(latch.held()).toHaveLength(1);
  latch.release();
  expect(latch.held()).toEqual([]);
});

it('assumes the worst of what was written in the moment of a crash', async () => {
  await writeFile(path.join(folder, 'starting-4000000'), '{"modelFol');
  await writeFile(path.join(folder, 'starting-of-anything-else'), '');
  expect(new StartLatch(folder).held()).toEqual([{ modelFolder: '', device: 'cpu', isNew: true }]);
});

it('finds nothing where there is no folder yet', () => {
  expect(new StartLatch(path.join(folder, 'nowhere')).held()).toEqual([]);
});
