/** What follows from a crash: real child processes that really die, and what the next start makes of it. */
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spell } from '../../../src/base/sentence.ts';
import { EngineHost } from '../../../src/client/engineHost.ts';
import type { EngineState } from '../../../src/client/engineHostOptions.ts';
import type { IsolationSetting } from '../../../src/client/startPlan.ts';
import { GREEDY, type GenerateRequest } from '../../../src/model/generation.ts';
import { ModelClaim } from '../../../src/client/modelClaim.ts';
import { ModelHold } from '../../../src/client/modelHold.ts';
import { StartLatch } from '../../../src/model/startLatch.ts';

const DEAD_PID = 4_000_000;
const REQUEST: GenerateRequest = {
  ...{ prompt: { kind: 'ids', ids: [1] }, maxTokens: 4, sampling: GREEDY, stop: [], priority: 'task' },
};

let temp: string;
let state: string;
let notices: string[];
let states: EngineState['kind'][];
let hosts: EngineHost[];

beforeEach(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-crash-'));
  state = path.join(temp, 'state');
  [notices, states, hosts] = [[], [], []];
  await mkdir(temp, { recursive: true });
  await copyFile(
    path.resolve(import.meta.dirname, '../../support/scriptedWorker.mjs'),
    path.join(temp, 'worker.mjs'),
  );
});
afterEach(async () => {
  await Promise.all(hosts.map((host) => host.close()));
  await rm(temp, { recursive: true });
});

/** The host of a window, with a model of the scripted worker's. */
function windowWith(modelFolder: string, isolation: IsolationSetting = 'auto'): EngineHost {
  const ignore = () => undefined;
  const host = new EngineHost({
    workerFile: path.join(temp, 'worker.mjs'),
    latch: new StartLatch(state),
    claim: new ModelClaim(new ModelHold(path.join(state, 'hold'), '')),
    log: { info: ignore, warn: ignore, error: ignore },
    loadOptions: () => ({ modelFolder, nThreads: 1, device: 'auto', stateFolder: state }),
    isolation: () => isolation,
    onState: ({ kind }) => states.push(kind),
    onNotice: (notice) => notices.push(spell(notice)),
  });
  hosts.push(host);
  return host;
}

const journal = async () => (await readFile(path.join(temp, 'journal'), 'utf8')).trim().split('\n');
const crashedBefore = (modelFolder: string, device: 'webgpu' | 'cpu', nth = 0) =>
  new StartLatch(state, DEAD_PID + nth).set({ modelFolder, device });

describe('after the extension process has crashed on a GPU', () => {
  it('the model comes back on the processor, in a child, and the user is told once', async () => {
    crashedBefore('steady', 'webgpu');
    const model = await windowWith('steady').ready();
    expect(model.device).toBe('cpu');
    expect(await journal()).toEqual(['start process', 'load avoiding [webgpu]']);
    expect(notices).toEqual([expect.stringMatching(/crashed on WebGPU.*CPU, 1 thread/)]);

    expect((await windowWith('steady').ready()).device).toBe('cpu');
    expect(notices).toHaveLength(1);
  });

  it('a restart tries the GPU again, with care', async () => {
    crashedBefore('steady', 'webgpu');
    const host = windowWith('steady');
    await host.ready();
    expect((await host.restart()).device).toBe('webgpu');
    expect((await journal()).slice(-2)).toEqual(['start process', 'load avoiding []']);
    expect(new StartLatch(state).held()).toEqual([]);
  });

  it('a thread is a thread where the settings say so', async () => {
    crashedBefore('steady', 'webgpu');
    expect((await windowWith('steady', 'thread').ready()).device).toBe('cpu');
    expect(await journal()).toEqual(['start thread', 'load avoiding [webgpu]']);
  });

  it('another model tries the GPU, in a child', async () => {
    crashedBefore('steady', 'webgpu');
    expect((await windowWith('other').ready()).device).toBe('webgpu');
    expect((await journal())[0]).toBe('start process');
    expect(notices).toEqual([]);
  });
});

describe('after the extension process has crashed on the processor', () => {
  it('it is tried once more in a child', async () => {
    crashedBefore('steady', 'cpu');
    await windowWith('steady').ready();
    expect((await journal())[0]).toBe('start process');
    expect(notices).toEqual([expect.stringMatching(/a process of its own/)]);
  });

  it('and held back where the child dies as well, until it is asked for', async () => {
    crashedBefore('crashes:webgpu,cpu', 'cpu');
    const host = windowWith('crashes:webgpu,cpu');
    await expect(host.ready()).rejects.toThrow(/crashed.*"GPT-J: Restart"/);
    const starts = (await journal()).filter((line) => line.startsWith('start'));
    expect(starts).toEqual(['start process', 'start process']); // on WebGPU, on the processor
    await expect(host.ready()).rejects.toThrow(/crashed/);
    await expect(windowWith('crashes:webgpu,cpu').ready()).rejects.toThrow(/crashed/);
    expect((await journal()).filter((line) => line.startsWith('start'))).toHaveLength(2);
  });

  it('and held back at once where it has to be a thread', async () => {
    crashedBefore('steady', 'cpu');
    await expect(windowWith('steady', 'thread').ready()).rejects.toThrow(/crashed/);
    expect(states).toEqual(['loading', 'failed']);
  });
});

describe('a child that crashes', () => {
  it('on a GPU while it loads is followed by one on the processor, without a failure', async () => {
    const host = windowWith('crashes:webgpu', 'process');
    expect((await host.ready()).device).toBe('cpu');
    expect(states).toEqual(['loading', 'ready']);
    expect(notices).toEqual([expect.stringMatching(/crashed on WebGPU/)]);
    expect(new StartLatch(state).held()).toMatchObject([{ device: 'webgpu', isNew: false }]);
  });

  it('on a GPU at work is started again on the processor by the next request', async () => {
    const host = windowWith('crashes-at-work:webgpu', 'process');
    expect((await host.ready()).device).toBe('webgpu');
    await expect(host.generate(REQUEST)).rejects.toThrow(/SIGSEGV/);
    expect(host.state.kind).toBe('off');
    expect((await host.generate(REQUEST)).text).toBe('x');
    expect(host.state).toMatchObject({ kind: 'ready', model: { device: 'cpu' } });
    expect(notices).toEqual([expect.stringMatching(/crashed on WebGPU/)]);
  });

  it('on the processor at work is started again, but not endlessly, and is told of once', async () => {
    const host = windowWith('crashes-at-work:webgpu,cpu', 'process');
    for (let n = 0; n < 3; n++) await expect(host.generate(REQUEST)).rejects.toThrow(/SIGSEGV/);
    expect(host.state.kind).toBe('failed');
    await expect(host.generate(REQUEST)).rejects.toThrow(/GPT-J: Restart/);
    expect((await journal()).filter((line) => line === 'start process')).toHaveLength(3);
    expect(notices).toEqual([
      expect.stringMatching(/crashed on WebGPU/),
      expect.stringMatching(/has crashed. It starts again/),
    ]);
  });
});

describe('what an engine has to say', () => {
  it('when it has moved to another device is the state from then on', async () => {
    const host = windowWith('moves');
    expect((await host.ready()).device).toBe('webgpu');
    for (let n = 0; n < 2; n++) await host.generate(REQUEST);
    expect(host.state).toMatchObject({ kind: 'ready', model: { device: 'cpu' } });
    expect((await host.ready()).device).toBe('cpu');
    expect(notices).toEqual(['The GPU was lost.']);
  });

  it('of a load is told once', async () => {
    const host = windowWith('speaks');
    await host.ready();
    await host.stop();
    await host.ready();
    expect(notices).toEqual(['A GPU is slow.']);
  });
});
