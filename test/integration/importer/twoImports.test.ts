/** Two windows import the same checkpoint to the same place at the same time, each in a process of its own. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importModel } from '../../../src/importer/importModel.ts';
import { verifyFolder } from '../../../src/model/verifyFolder.ts';
import { smallCheckpoint, writeCheckpoint } from '../../support/checkpoint.ts';
import { formOfBits } from '../../support/resumableImport.ts';

const N_ROUNDS = 6;

let temp: string;
let program: string;
let checkpoint: string;

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-two-'));
  program = path.join(temp, 'racingImport.mjs');
  checkpoint = path.join(temp, 'checkpoint');
  await writeCheckpoint(checkpoint, smallCheckpoint());
  await build({
    entryPoints: [path.resolve(import.meta.dirname, '../../support/racingImport.ts')],
    ...{ bundle: true, platform: 'node', format: 'esm', outfile: program, logLevel: 'error' },
  });
});
afterAll(() => rm(temp, { recursive: true }));

/** Begins an import; `finish` lets it go on and resolves with what came of it. */
async function begin(out: string): Promise<{ finish: () => Promise<string> }> {
  const child = spawn(process.execPath, [program, checkpoint, out], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value as string;
  expect(await next()).toBe('begun');
  return {
    finish: () => {
      child.stdin.write('go\n');
      return next();
    },
  };
}

it('the model is whole, there is one copy of it, and the window that came second says so', async () => {
  const models = path.join(temp, 'models');
  await importModel({ checkpoint, out: path.join(temp, 'alone'), formOf: () => formOfBits(4) });
  for (let round = 0; round < N_ROUNDS; round++) {
    const name = `plum-${round}`;
    const out = path.join(models, name);
    const both = await Promise.all([begin(out), begin(out)]);
    expect(await readdir(models)).toHaveLength(round + 2);
    const outcomes = await Promise.all(both.map(({ finish }) => finish()));
    expect(outcomes.sort()).toEqual([
      'imported',
      `${name} has been imported by another window meanwhile, and is there. What this window made was removed.`,
    ]);
    const states = (await verifyFolder(out)).map(({ state }) => state);
    expect(states).toEqual(['as-written', 'as-written']);
    const file = (folder: string) => readFile(path.join(folder, 'weights.bin'));
    expect((await file(out)).equals(await file(path.join(temp, 'alone')))).toBe(true);
    expect(await readdir(models)).toHaveLength(round + 1);
  }
});
