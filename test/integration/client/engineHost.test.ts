/** The life of the engine as the editor sees it, with the real worker and a real model. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EngineHost } from '../../../src/client/engineHost.ts';
import type { EngineState } from '../../../src/client/engineHostOptions.ts';
import type { Isolation } from '../../../src/client/engineLink.ts';
import { ModelClaim } from '../../../src/client/modelClaim.ts';
import { ModelHold } from '../../../src/client/modelHold.ts';
import { StartLatch } from '../../../src/model/startLatch.ts';
import { GREEDY, type GenerateRequest } from '../../../src/model/generation.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import { importGolden } from '../../support/goldenModel.ts';
import { bundleWorker } from '../../support/workerBundle.ts';

const DEAD_PID = 4_000_000;
const request: GenerateRequest = {
  ...{ prompt: { kind: 'ids', ids: [1, 2, 3] }, maxTokens: 4, sampling: GREEDY, stop: [], priority: 'task' },
};

let temp: string;
let workerFile: string;
let modelFolder: string;
let states: EngineState['kind'][];
let latch: StartLatch;
let host: EngineHost;
let isolation: Isolation;

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-host-'));
  workerFile = await bundleWorker(temp);
  await importGolden('safetensors-f32', path.join(temp, 'model'), FP32);
});
afterAll(() => rm(temp, { recursive: true }));

beforeEach(() => {
  states = [];
  modelFolder = path.join(temp, 'model');
  latch = new StartLatch(path.join(temp, 'latch'));
  const ignore = () => undefined;
  host = new EngineHost({
    ...{ workerFile, latch, claim: new ModelClaim(new ModelHold(path.join(temp, 'hold'), '')) },
    ...{ log: { info: ignore, warn: ignore, error: ignore } },
    loadOptions: () => ({ modelFolder, nThreads: 1, device: 'cpu', stateFolder: path.join(temp, 'latch') }),
    isolation: () => isolation,
    onState: ({ kind }) => states.push(kind),
    onNotice: ignore,
  });
});
afterEach(() => host.stop());

describe.each(['thread', 'process'] as const)('in a %s', (where) => {
  beforeEach(() => void (isolation = where));

  it('loads on the first request, once for all who wait, and frees the model again', async () => {
    const answers = await Promise.all([host.generate(request), host.generate(request)]);
    expect(answers.map(({ ids }) => ids.length)).toEqual([4, 4]);
    expect(states).toEqual(['loading', 'ready']);
    await host.stop();
    expect(host.state.kind).toBe('off');
    expect((await host.generate(request)).ids).toEqual(answers[0].ids);
  });

  it('says what is wrong with a model, once and again, and recovers when it is asked to', async () => {
    modelFolder = path.join(temp, 'nothing');
    await expect(host.ready()).rejects.toThrow(/There is no model in/);
    await expect(host.generate(request)).rejects.toThrow(/There is no model in/);
    modelFolder = path.join(temp, 'model');
    expect((await host.restart()).nPositions).toBe(256);
    expect(states).toEqual(['loading', 'failed', 'off', 'loading', 'ready']);
  });

  it('does not load again what dead processes were loading, until it is asked to', async () => {
    for (const pid of [DEAD_PID, DEAD_PID + 1])
      new StartLatch(path.join(temp, 'latch'), pid).set({ modelFolder, device: 'cpu' });
    await expect(host.ready()).rejects.toThrow(/crash/);
    expect(states).toEqual(['loading', 'failed']);
    await host.restart();
    expect(host.state.kind).toBe('ready');
  });

  it('stopped while it loads, it ends and leaves no latch', async () => {
    const loading = host.ready().catch((error: unknown) => error);
    await host.stop();
    await loading;
    expect(host.state.kind).toBe('off');
    expect(new StartLatch(path.join(temp, 'latch'), 1).held()).toEqual([]);
  });

  it('closed, it is not started any more', async () => {
    await host.ready();
    await host.close();
    await expect(host.ready()).rejects.toThrow(/being closed/);
    await expect(host.restart()).rejects.toThrow(/being closed/);
    expect(host.state.kind).toBe('off');
  });
});
