/** The engine's thread, as the extension starts it: asked, cancelled, closed, and killed. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EngineClient } from '../../../src/client/engineClient.ts';
import { GREEDY, type GenerateRequest } from '../../../src/model/generation.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import { smallCheckpoint, writeCheckpoint } from '../../support/checkpoint.ts';
import { importGolden, readExpected } from '../../support/goldenModel.ts';
import { bundleWorker } from '../../support/workerBundle.ts';

/** VS Code gives an extension about five seconds to end. */
const SOON_MS = 2_000;

let temp: string;
let workerFile: string;
let deaths: string[];
let client: EngineClient;

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-test-'));
  workerFile = await bundleWorker(temp);
  await importGolden('safetensors-f32', path.join(temp, 'model'), FP32);
});
afterAll(() => rm(temp, { recursive: true }));

const start = (file: string) => {
  deaths = [];
  client = new EngineClient(file, ({ reason }) => void deaths.push(reason.detail ?? ''));
};
const load = () => client.call('load', { modelFolder: path.join(temp, 'model'), nThreads: 1, device: 'cpu' });
const request = (ids: readonly number[], maxTokens: number): GenerateRequest => ({
  ...{ prompt: { kind: 'ids', ids }, maxTokens, sampling: GREEDY, stop: [], priority: 'task' },
});
const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  );

describe('the worker', () => {
  beforeEach(() => start(workerFile));
  afterEach(() => client.close());

  it('loads, generates, tells its progress, and can be cancelled', async () => {
    const { input_ids: ids, greedy_20: greedy } = await readExpected('safetensors-f32');
    expect(await load()).toMatchObject({ nPositions: 256, vocabularySize: 1024, precision: 'fp32' });
    const texts: string[] = [];
    const answer = client.call('generate', request(ids.slice(0, 16), 20), {
      onProgress: (text) => texts.push(text),
    });
    expect((await answer).ids).toEqual(greedy);
    expect(texts).toHaveLength(19);

    const abort = new AbortController();
    const onProgress = () => abort.abort();
    const long = client.call('generate', request(ids.slice(0, 16), 200), {
      signal: abort.signal,
      onProgress,
    });
    expect(await failure(long)).toBe('cancelled');
    expect((await client.call('generate', request(ids.slice(0, 16), 20))).ids).toEqual(greedy);
  });

  it('says what is wrong in words of ours', async () => {
    expect(await failure(client.call('generate', request([1], 5)))).toBe('no-model');
    expect(await failure(client.call('load', { modelFolder: temp, nThreads: 1, device: 'cpu' }))).toBe(
      'no-model',
    );
  });

  it('ends soon and cleanly in the middle of a generation', async () => {
    await load();
    let running = Promise.resolve('');
    await new Promise<unknown>((onProgress) => {
      running = failure(client.call('generate', request([1, 2, 3], 250), { onProgress }));
    });
    const waiting = failure(client.call('generate', request([4], 250)));
    await expectEndsSoon();
    expect(await Promise.all([running, waiting])).toEqual(['cancelled', 'cancelled']);
    expect(await failure(load())).toBe('closed');
  });

  it('ends soon in the middle of a load', async () => {
    const loading = load().catch(() => undefined);
    await expectEndsSoon();
    await loading;
  });

  it('ends soon in the middle of an import, which leaves nothing behind', async () => {
    const [checkpoint, out] = [path.join(temp, 'checkpoint'), path.join(temp, 'imported')];
    await writeCheckpoint(checkpoint, smallCheckpoint(60_000));
    const params = { checkpoint, out, bits: 4, block: 32 } as const;
    await new Promise((resolve) => {
      void failure(client.call('importModel', params, { onProgress: resolve }));
    });
    await expectEndsSoon();
    expect((await readdir(temp)).filter((name) => name.startsWith('imported'))).toEqual([]);
  });

  async function expectEndsSoon(): Promise<void> {
    const startMs = performance.now();
    await Promise.all([client.close(), client.close()]);
    expect(performance.now() - startMs).toBeLessThan(SOON_MS);
    expect(deaths).toEqual([]);
  }
});

describe('a thread that dies', () => {
  it.each([
    ['at once', 'process.exit(3)', 'exit code 3'],
    ['of a mistake in its code', 'nothing.at.all', 'nothing is not defined'],
    [
      'in the middle of a call',
      `require('node:worker_threads').parentPort.on('message', () => process.exit(7))`,
      'exit code 7',
    ],
    [
      'of something nobody waited for',
      `require('node:worker_threads').parentPort.on('message', () => { void Promise.reject(new Error('lost')); })`,
      'lost',
    ],
    ['by ending itself', '', 'ended by itself'],
  ])('%s ends what is open, is reported once, and can be closed', async (_, code, detail) => {
    const file = path.join(temp, 'dying.js');
    await writeFile(file, code);
    start(file);
    const open = [load(), client.call('score', { text: 'a' })].map(failure);
    expect(await Promise.all(open)).toEqual(['closed', 'closed']);
    expect(await failure(load())).toBe('closed');
    await client.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(deaths).toHaveLength(1);
    expect(deaths[0]).toContain(detail);
  });

  it('because there is no such file is reported too', async () => {
    start(path.join(temp, 'nowhere.js'));
    expect(await failure(load())).toBe('closed');
    await client.close();
    expect(deaths).toHaveLength(1);
  });
});
