/** An import with the worker's threads: what they make is what one thread makes, and what they find reaches the caller. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EngineClient } from '../../../src/client/engineClient.ts';
import { importModel } from '../../../src/importer/importModel.ts';
import type { ImportStep } from '../../../src/protocol/calls.ts';
import { smallCheckpoint, valuesOf, writeCheckpoint } from '../../support/checkpoint.ts';
import { bundleWorker } from '../../support/workerBundle.ts';

/** Several runs of rows in a tensor. */
const N_ROWS = 400_000;

let temp: string;
let client: EngineClient;

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-import-'));
  client = new EngineClient(await bundleWorker(temp));
});
afterAll(async () => {
  await client.close();
  await rm(temp, { recursive: true });
});

it('makes what one thread makes', async () => {
  const checkpoint = path.join(temp, 'large');
  await writeCheckpoint(checkpoint, smallCheckpoint(N_ROWS));
  const steps: ImportStep[] = [];
  const params = { checkpoint, out: path.join(temp, 'many'), bits: 4, block: 32 } as const;
  await client.call('importModel', params, { onProgress: (step) => void steps.push(step) });
  expect(steps.at(-1)).toMatchObject({ doneShare: 1 });

  const form = { kind: 'blocks', bits: 4, block: 32 } as const;
  await importModel({ checkpoint, out: path.join(temp, 'one'), formOf: () => form });
  for (const file of ['weights.bin', 'manifest.json']) {
    const [many, one] = await Promise.all(
      ['many', 'one'].map((name) => readFile(path.join(temp, name, file))),
    );
    expect(many!.equals(one!)).toBe(true);
  }
});

it('says where a number is none, and leaves nothing', async () => {
  const checkpoint = smallCheckpoint(N_ROWS);
  const strange = 12 * (N_ROWS - 1) + 7;
  valuesOf(checkpoint.tensors['lm_head.weight']!)[strange] = NaN;
  await writeCheckpoint(path.join(temp, 'strange'), checkpoint);
  const params = {
    checkpoint: path.join(temp, 'strange'),
    out: path.join(temp, 'never'),
    bits: 4,
    block: 32,
  } as const;
  await expect(client.call('importModel', params)).rejects.toMatchObject({
    code: 'bad-checkpoint',
    message: `The checkpoint cannot be imported: lm_head.weight in model.safetensors holds NaN at element ${strange}.`,
  });
  expect((await readdir(temp)).filter((name) => name.startsWith('never'))).toEqual([]);
});
