/** Which models are listed, and as what. */
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { importModel } from '../../../src/importer/importModel.ts';
import { listModels } from '../../../src/model/modelList.ts';
import { ModelSpeeds } from '../../../src/model/modelSpeeds.ts';
import { smallCheckpoint, writeCheckpoint } from '../../support/checkpoint.ts';
import { formOfBits } from '../../support/resumableImport.ts';

let temp: string;
const at = (...names: string[]) => path.join(temp, ...names);

beforeEach(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-list-'));
  await writeCheckpoint(at('checkpoint'), smallCheckpoint());
  await install('starter');
});
afterEach(() => rm(temp, { recursive: true }));

async function install(...place: string[]): Promise<string> {
  const out = at(...place);
  await mkdir(path.dirname(out), { recursive: true });
  await importModel({ checkpoint: at('checkpoint'), out, formOf: () => formOfBits(8) });
  return out;
}

async function list(chosen = at('starter')): Promise<string[]> {
  const models = await listModels({ starter: at('starter'), modelsFolder: at('models'), chosen });
  return models.map(({ folder, place, isChosen, content }) =>
    [path.basename(folder), place, ...(isChosen ? ['chosen'] : []), content.kind].join(' '),
  );
}

it('the starter is there before anything is installed', async () =>
  expect(await list()).toEqual(['starter starter chosen whole']));

it('installed ones are listed by name, the chosen one wherever it lies, and no import that is under way', async () => {
  await install('models', 'pear');
  await install('models', 'apple');
  await install('elsewhere', 'plum');
  await mkdir(at('models', 'fig.partial-4000000-0badcafe'));
  await writeFile(at('models', 'notes.txt'), '');
  expect(await list(at('models', 'pear', '..', 'pear'))).toEqual([
    'starter starter whole',
    'apple installed whole',
    'pear installed chosen whole',
  ]);
  expect((await list(at('elsewhere', 'plum'))).at(-1)).toBe('plum elsewhere chosen whole');
});

it('one that is damaged is listed with the reason', async () => {
  await truncate(path.join(await install('models', 'pear'), 'weights.bin'), 10);
  expect(await list()).toEqual(['starter starter chosen whole', 'pear installed damaged']);
  const [, pear] = await listModels({
    ...{ starter: at('starter'), modelsFolder: at('models'), chosen: at('starter') },
  });
  expect(pear?.content).toMatchObject({ error: { code: 'bad-model' } });
});

it('models without a checksum are told apart, so that each has a speed of its own', async () => {
  for (const name of ['apple', 'pear']) {
    const file = path.join(await install('models', name), 'manifest.json');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(/,\s*"sha256": "[0-9a-f]+"/g, ''));
  }
  const models = await listModels({
    ...{ starter: at('starter'), modelsFolder: at('models'), chosen: at('starter') },
  });
  const ids = models.map(({ content }) => (content.kind === 'whole' ? content.id : ''));
  expect(new Set(ids).size).toBe(3);
  const speed = { tokensPerSecond: 12.5, hardware: 'CPU, 2 threads', atMs: 1 };
  await new ModelSpeeds(at('state')).record(ids[1]!, speed);
  await new ModelSpeeds(at('state')).record(ids[2]!, { ...speed, tokensPerSecond: 8 });
  const speeds = await new ModelSpeeds(at('state')).read();
  expect([speeds.get(ids[0]!), speeds.get(ids[1]!)]).toEqual([undefined, speed]);
  await writeFile(at('state', 'speeds.json'), '{"x": 1}');
  expect((await new ModelSpeeds(at('state')).read()).size).toBe(0);
});
