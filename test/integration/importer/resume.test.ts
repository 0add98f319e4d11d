/** A process that imports is killed; the next import goes on where it was, if it is the same. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importModel } from '../../../src/importer/importModel.ts';
import { tensorSpecs } from '../../../src/model/tensors.ts';
import { readManifest } from '../../../src/model/modelFolder.ts';
import { smallCheckpoint, writeCheckpoint } from '../../support/checkpoint.ts';
import { formOfBits } from '../../support/resumableImport.ts';

let temp: string;
let program: string;
let folder: string;
let running: ChildProcess[];

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-resume-'));
  program = path.join(temp, 'stoppingImport.mjs');
  await build({
    entryPoints: [path.resolve(import.meta.dirname, '../../support/stoppingImport.ts')],
    ...{ bundle: true, platform: 'node', format: 'esm', outfile: program, logLevel: 'error' },
  });
});
afterAll(() => rm(temp, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(path.join(temp, 'run-'));
  running = [];
  await writeCheckpoint(path.join(folder, 'checkpoint'), smallCheckpoint());
});
afterEach(() => Promise.all(running.map(kill)));

const N_TENSORS = 11;

describe('goes on', () => {
  it.each([1, 2, 7, N_TENSORS - 1])('after %i tensors', async (nTensors) => {
    await interrupted({ bits: 4, nTensors });
    expect(await importInto('model', 4)).toBe(nTensors);
    await expectSameAs('model', 4);
  });

  it('twice', async () => {
    await interrupted({ bits: 8, nTensors: 3 });
    await interrupted({ bits: 8, nTensors: 2 });
    expect(await importInto('model', 8)).toBe(5);
    await expectSameAs('model', 8);
  });

  it('behind what is still what the journal says', async () => {
    await interrupted({ bits: 4, nTensors: 7 });
    const file = path.join(folder, await partialName(), 'weights.bin');
    const bytes = await readFile(file);
    // In the third tensor, the bias of the first layer's norm: the table before has 300 rows of a block.
    bytes[300 * 20 + 64 + 70]! ^= 1;
    await writeFile(file, bytes);
    expect(await importInto('model', 4)).toBeLessThan(7);
    await expectSameAs('model', 4);
  });

  it('where the last line and the last bytes are cut off', async () => {
    await interrupted({ bits: 4, nTensors: 4 });
    const partial = path.join(folder, await partialName());
    await appendFile(path.join(partial, 'journal.jsonl'), '{"tensor":"layers.0.inp');
    await appendFile(path.join(partial, 'weights.bin'), Buffer.alloc(1_000, 7));
    await interrupted({ bits: 4, nTensors: 2 });
    expect(await importInto('model', 4)).toBe(6);
    await expectSameAs('model', 4);
  });
});

describe('begins anew', () => {
  it('with other options', async () => {
    await interrupted({ bits: 4, nTensors: 7 });
    expect(await importInto('model', 8)).toBe(0);
    await expectSameAs('model', 8);
  });

  it('where the checkpoint has changed', async () => {
    await interrupted({ bits: 4, nTensors: 7 });
    await utimes(path.join(folder, 'checkpoint/model.safetensors'), 1, 1);
    expect(await importInto('model', 4)).toBe(0);
    await expectSameAs('model', 4);
  });

  it('without a journal', async () => {
    await interrupted({ bits: 4, nTensors: 7 });
    await writeFile(path.join(folder, await partialName(), 'journal.jsonl'), '[]\n');
    expect(await importInto('model', 4)).toBe(0);
    await expectSameAs('model', 4);
  });

  it('beside an import that is still at work, and leaves it alone', async () => {
    await stopped({ bits: 4, nTensors: 7 });
    const partial = await partialName();
    expect(await importInto('model', 4)).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(['checkpoint', 'model', partial]);
  });
});

type Stop = { readonly bits: number; readonly nTensors: number };

/** An import into `model` that has been killed. */
async function interrupted(stop: Stop): Promise<void> {
  await kill(await stopped(stop));
  await partialName();
}

/** An import into `model` that will never get any further. */
async function stopped({ bits, nTensors }: Stop): Promise<ChildProcess> {
  const args = [
    program,
    path.join(folder, 'checkpoint'),
    path.join(folder, 'model'),
    `${bits}`,
    `${nTensors}`,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('stopped\n');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const hasExited = child.exitCode !== null || child.signalCode !== null;
  child.kill('SIGKILL');
  if (!hasExited) await once(child, 'exit');
}

async function partialName(): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('model.partial'));
  expect(names).toHaveLength(1);
  return names[0]!;
}

/** Imports, and says how many tensors were there already. */
async function importInto(name: string, bits: number): Promise<number> {
  const options = { checkpoint: path.join(folder, 'checkpoint'), out: path.join(folder, name) };
  const started: number[] = [];
  await importModel(
    { ...options, formOf: () => formOfBits(bits) },
    { onProgress: ({ doneElements }) => void started.push(doneElements) },
  );
  const { architecture } = await readManifest(options.out);
  const sizes = tensorSpecs(architecture).map(({ shape }) => shape[0] * (shape[1] ?? 1));
  expect(sizes).toHaveLength(N_TENSORS);
  const sums = sizes.map((_, index) => sizes.slice(0, index).reduce((a, b) => a + b, 0));
  return sums.indexOf(started[0]!);
}

/** The model is the one that an import makes that nobody has killed, and nothing else is left. */
async function expectSameAs(name: string, bits: number): Promise<void> {
  expect((await readdir(folder)).sort()).toEqual(['checkpoint', name]);
  expect(await importInto('whole', bits)).toBe(0);
  for (const file of ['weights.bin', 'manifest.json']) {
    const [found, wanted] = await Promise.all(
      [name, 'whole'].map((model) => readFile(path.join(folder, model, file))),
    );
    expect(found!.equals(wanted!)).toBe(true);
  }
}
