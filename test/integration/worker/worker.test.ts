/** The engine's thread and process, as the extension starts them: asked, cancelled, closed, and killed. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EngineClient } from '../../../src/client/engineClient.ts';
import type { Isolation } from '../../../src/client/engineLink.ts';
import { startProcess } from '../../../src/client/engineProcess.ts';
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

const ISOLATIONS: readonly Isolation[] = ['thread', 'process'];

const start = (file: string, isolation: Isolation) => {
  deaths = [];
  client = new EngineClient(file, ({ reason }) => void deaths.push(reason.detail ?? ''), isolation);
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

describe.each(ISOLATIONS)('the worker in a %s', (isolation) => {
  beforeEach(() => start(workerFile, isolation));
  afterEach(() => client.close());

  it('loads, generates, tells its progress, and can be cancelled', async () => {
    const { input_ids: ids, greedy_20: greedy } = await readExpected('safetensors-f32');
    expect(await load()).toMatchObject({ nPositions: 256, vocabularySize: 1024, precision: 'fp32' });
    const texts: string[] = [];
    const answer = client.call('generate', request(ids.slice(0, 16), 20), {
      onProgress: ({ text }) => texts.push(text),
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

  it('answers with typed arrays', async () => {
    await load();
    const expected = await readExpected('safetensors-f32');
    const { last } = await client.call('logits', { ids: expected.input_ids, chunkTokens: 7 });
    expect(last).toBeInstanceOf(Float32Array);
    expect(last).toHaveLength(expected.logits_last.length);
    const largest = Math.max(...last.map((logit, id) => Math.abs(logit - expected.logits_last[id]!)));
    expect(largest).toBeLessThan(1e-3);
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

/** Code that ends in all sorts of ways. `port` is there in both isolations. */
const PORT = `const port = require('node:worker_threads').parentPort ?? process;`;

describe.each(ISOLATIONS)('a %s that dies', (isolation) => {
  it.each([
    ['at once', 'process.exit(3)', 'exit code 3'],
    ['of a mistake in its code', 'nothing.at.all', 'nothing is not defined'],
    ['in the middle of a call', `port.on('message', () => process.exit(7))`, 'exit code 7'],
    [
      'of something nobody waited for',
      `port.on('message', () => { void Promise.reject(new Error('lost')); })`,
      'lost',
    ],
    ['by ending itself', '', 'ended by itself'],
  ])('%s ends what is open, is reported once, and can be closed', async (_, code, detail) => {
    const file = path.join(temp, 'dying.js');
    await writeFile(file, `${PORT}\n${code}`);
    start(file, isolation);
    const open = [load(), client.call('score', { text: 'a' })].map(failure);
    expect(await Promise.all(open)).toEqual(['closed', 'closed']);
    expect(await failure(load())).toBe('closed');
    await client.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(deaths).toHaveLength(1);
    expect(deaths[0]).toContain(detail);
  });

  it('because there is no such file is reported too', async () => {
    start(path.join(temp, 'nowhere.js'), isolation);
    expect(await failure(load())).toBe('closed');
    await client.close();
    expect(deaths).toHaveLength(1);
  });
});

describe('a process', () => {
  const startCode = async (code: string) => {
    const file = path.join(temp, 'code.js');
    await writeFile(file, `${PORT}\n${code}`);
    return file;
  };

  it.each(['SIGSEGV', 'SIGABRT', 'SIGKILL'] as const)('ended by %s says so', async (signal) => {
    start(workerFile, 'process');
    await load();
    await new Promise<unknown>((onProgress) => {
      const running = client.call('generate', request([1, 2, 3], 250), { onProgress });
      onTestFinished(() => expect(running).rejects.toThrow(signal));
    });
    process.kill(client.pid, signal);
    await client.close();
    await expect(load()).rejects.toThrow(signal);
  });

  it('that says a great deal is not held up, and its last words are kept', async () => {
    const many = `const { writeSync: write } = require('node:fs'); for (let n = 0; n < 50_000; n++) write(2, 'line ' + n + ' of what it has to say\\n');`;
    start(
      await startCode(`${many} setTimeout(() => process.abort(), 50); setTimeout(() => {}, 1e6)`),
      'process',
    );
    expect(await failure(load())).toBe('closed');
    expect(deaths[0]).toContain('line 49999');
    expect(deaths[0]!.length).toBeLessThan(5_000);
  });

  it('that hangs in a call can be ended all the same', async () => {
    const link = startProcess(await startCode(`port.on('message', () => { for (;;); })`));
    link.postMessage({ kind: 'cancel', id: 1 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    link.giveUp();
    expect(await link.ended).toMatchObject({ how: 'killed' });
  });

  it('takes no flags from the environment of its parent', async () => {
    process.env['NODE_OPTIONS'] = '--require=/nowhere.js';
    onTestFinished(() => {
      delete process.env['NODE_OPTIONS'];
    });
    start(workerFile, 'process');
    expect(await load()).toMatchObject({ nPositions: 256 });
    await client.close();
    expect(deaths).toEqual([]);
  });

  describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('asked to end by %s', (signal) => {
    it('closes, and goes', async () => {
      const link = startProcess(workerFile);
      const answered = new Promise((resolve) => link.on('message', resolve));
      link.postMessage({ kind: 'call', id: 1, name: 'score', params: { text: 'a' }, wantsProgress: false });
      await answered;
      process.kill(link.pid, signal);
      expect(await link.ended).toMatchObject({
        how: 'ended',
        detail: expect.stringContaining('exit code 0') as string,
      });
    });

    it('before it has begun has not crashed', async () => {
      const link = startProcess(await startCode('setInterval(() => undefined, 1000)'));
      process.kill(link.pid, signal);
      expect(await link.ended).toMatchObject({ how: 'ended' });
    });
  });
});
