/** Models from a hub on loopback with a sharded checkpoint, by the command line as a process of its own. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { GOLDEN } from './goldenModel.ts';
import { HubServer, REPOSITORY } from './hubServer.ts';
import { CLI, runCliJson } from './runCli.ts';

export const SHARDED = 'safetensors-sharded-f16';
export const SHARDS = [1, 2, 3].map((shard) => `model-0000${shard}-of-00003.safetensors`);

export type GetModelTest = {
  readonly temp: string;
  server: HubServer;
  /** The arguments that fetch the model to `disk/model`. */
  readonly command: (...more: string[]) => string[];
  /** The weights that an import of the checkpoint's own folder makes. */
  readonly weights: Buffer;
};

/** Filled anew for each test of the file. */
export function useGetModel(): GetModelTest {
  const test = {} as { -readonly [K in keyof GetModelTest]: GetModelTest[K] };
  beforeAll(async () => {
    expect(existsSync(CLI), 'dist/ is built first: npm run build').toBe(true);
    const model = await mkdtemp(path.join(tmpdir(), 'gptj-get-'));
    const out = path.join(model, 'model');
    await runCliJson(['import', path.join(GOLDEN, SHARDED), '--out', out, '--bits', '32']);
    test.weights = await readFile(path.join(out, 'weights.bin'));
    await rm(model, { recursive: true });
  });
  beforeEach(async () => {
    test.temp = await mkdtemp(path.join(tmpdir(), 'gptj-get-'));
    test.server = await HubServer.startWith(path.join(GOLDEN, SHARDED));
    const out = path.join(test.temp, 'disk', 'model');
    test.command = (...more) => [
      ...['get', REPOSITORY, '--host', test.server.origin, '--out', out, '--bits', '32', '--anyway'],
      ...more,
    ];
  });
  afterEach(async () => {
    await test.server.stop();
    await rm(test.temp, { recursive: true });
  });
  return test;
}

/** What is fetched now, or goes on, becomes the model that an import from the folder makes. */
export async function expectModel({ command, temp, weights }: GetModelTest): Promise<void> {
  await runCliJson(command());
  expect(weights.equals(await readFile(path.join(temp, 'disk/model/weights.bin')))).toBe(true);
}
