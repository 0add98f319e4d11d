/**
 * A large model among windows: the real worker, a real model that is called large, and the other window as a process.
 * That one hears what it is asked at its heartbeat, so a take-over lasts up to two seconds.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../../../src/base/isAlive.ts';
import { EngineHost } from '../../../src/client/engineHost.ts';
import { ModelClaim } from '../../../src/client/modelClaim.ts';
import { ModelHold } from '../../../src/client/modelHold.ts';
import { StartLatch } from '../../../src/model/startLatch.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import { importGolden } from '../../support/goldenModel.ts';
import { waitFor } from '../../support/waitFor.ts';
import { bundleWorker } from '../../support/workerBundle.ts';

const DEAD_PID = 4_000_000;
const never = new AbortController().signal;

let temp: string;
let holdFolder: string;
let latch: StartLatch;
let hold: ModelHold;
let logged: string[];
let hosts: EngineHost[];
let other: Window | undefined;

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-claim-'));
  holdFolder = path.join(temp, 'hold');
  await bundleWorker(temp);
  await importGolden('safetensors-f32', path.join(temp, 'model'), FP32);
  await build({
    entryPoints: [path.resolve(import.meta.dirname, '../../support/engineWindow.ts')],
    ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    outfile: path.join(temp, 'engineWindow.mjs'),
  });
});
afterAll(() => rm(temp, { recursive: true }));

beforeEach(() => {
  latch = new StartLatch(path.join(temp, 'this'));
  hold = new ModelHold(holdFolder, 'this');
  hosts = [];
  logged = [];
  other = undefined;
});
afterEach(async () => {
  await Promise.all([...hosts.map((host) => host.close()), other?.kill()]);
  await rm(holdFolder, { recursive: true, force: true });
  await rm(path.join(temp, 'this'), { recursive: true, force: true });
});

class Window {
  readonly #process: ChildProcess;
  readonly #answers: NodeJS.AsyncIterator<string>;

  constructor(name: string) {
    const args = [path.join(temp, 'engineWindow.mjs'), temp, name];
    this.#process = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  async ask(word: 'start' | 'states' | 'work'): Promise<string> {
    this.#process.stdin!.write(`${word}\n`);
    return (await this.#answers.next()).value as string;
  }

  async kill(): Promise<void> {
    const exited = this.#process.exitCode !== null || this.#process.signalCode !== null;
    this.#process.kill('SIGKILL');
    if (!exited) await once(this.#process, 'exit');
  }
}

/** This window; its model is large if it has more than so many bytes. */
function hostHere(largeBytes = 0): EngineHost {
  const host = new EngineHost({
    ...{ workerFile: path.join(temp, 'worker.js'), latch, claim: new ModelClaim(hold, { largeBytes }) },
    log: { info: (line) => logged.push(line), warn: () => undefined, error: () => undefined },
    loadOptions: () => ({
      ...{ modelFolder: path.join(temp, 'model'), nThreads: 1, device: 'cpu' },
      stateFolder: path.join(temp, 'this'),
    }),
    isolation: () => 'process',
    onState: () => undefined,
    onNotice: () => undefined,
  });
  hosts.push(host);
  return host;
}

/** Another window with the model in it, and the process that runs the model. */
async function otherWithModel(): Promise<{ readonly window: Window; readonly enginePid: number }> {
  const window = new Window('shop');
  other = window;
  return { window, enginePid: Number(await window.ask('start')) };
}

const enginePidHere = () => Number(/in a process \((\d+)\)/.exec(logged.at(-2)!)![1]);
const isFree = async () => {
  const probe = new ModelHold(holdFolder, 'probe', { pid: process.ppid });
  const { kind } = await probe.take('probe');
  await probe.release();
  return kind === 'held';
};
const untilFree = () =>
  waitFor({ what: 'the hold to be free', read: isFree, until: Boolean, timeoutMs: 5000 });

describe('while another window has the model', () => {
  it('a start says who has it, loads nothing, and is not tried again by itself', async () => {
    await otherWithModel();
    const host = hostHere();
    await expect(host.ready()).rejects.toThrow(
      /^The window "shop" is using safetensors-f32.*GPT-J: Use the Model/,
    );
    expect(host.state).toMatchObject({ kind: 'failed', error: { code: 'held' } });
    expect(logged.join()).not.toContain('loading /');
    await other!.kill();
    await expect(host.ready()).rejects.toThrow(/^The window "shop"/);
    expect((await host.restart()).nPositions).toBe(256);
  });

  it('it is handed over: that one is off and its memory free before this one starts', async () => {
    const { window, enginePid } = await otherWithModel();
    const host = hostHere();
    await host.ready().catch(() => undefined);
    await hold.takeOver('m', { signal: never });
    expect(isAlive(enginePid)).toBe(false);
    expect((await host.restart()).nPositions).toBe(256);
    expect(await window.ask('states')).toBe('loading ready off');
    expect(await window.ask('start')).toMatch(/The window "this" is using safetensors-f32/);
  });

  it('it is handed over by one in which somebody types, and who is told where it is now', async () => {
    const { window, enginePid } = await otherWithModel();
    const failures = window.ask('work');
    await hold.takeOver('m', { signal: never });
    expect(isAlive(enginePid)).toBe(false);
    await hostHere().restart();
    expect(await failures).toMatch(/^(closed|cancelled) held$/);
    expect(await window.ask('states')).toBe('loading ready off loading failed');
  });

  it('a small one is loaded all the same, and nothing is written', async () => {
    await hostHere(1e9).ready();
    expect(existsSync(holdFolder)).toBe(false);
    await otherWithModel();
    await hostHere(1e9).ready();
  });
});

describe('the hold of this window', () => {
  it('goes with the model when that is stopped, and not when it is restarted', async () => {
    const host = hostHere();
    await host.ready();
    expect(await isFree()).toBe(false);
    await host.restart();
    expect(await readdir(holdFolder)).toEqual(['hold-1.json']);
    await host.stop();
    expect(await isFree()).toBe(true);
  });

  it('is free again when the model could not be loaded', async () => {
    for (const pid of [DEAD_PID, DEAD_PID + 1])
      latch.of(pid).set({ modelFolder: path.join(temp, 'model'), device: 'cpu' });
    const host = hostHere();
    await expect(host.ready()).rejects.toThrow(/crashed while it was being loaded/);
    await untilFree();
  });

  it.each([0, 1, 2, 3, 4, 6, 8, 12])('is free again when it is stopped %i ms into a start', async (ms) => {
    const host = hostHere();
    const loading = host.ready().catch(() => undefined);
    if (ms > 0) await delay(ms);
    await Promise.all([host.stop(), loading]);
    expect(await isFree()).toBe(true);
  });

  it('stays over a crash, and goes when the model has crashed for good', async () => {
    const host = hostHere();
    for (const isLast of [false, false, true]) {
      await host.ready();
      process.kill(enginePidHere(), 'SIGKILL');
      await waitFor({
        what: 'the death to be seen',
        read: () => Promise.resolve(host.state.kind),
        until: (kind) => kind === (isLast ? 'failed' : 'off'),
      });
      if (!isLast) expect(await isFree()).toBe(false);
    }
    await untilFree();
  });

  it('is released when the model that follows is a small one', async () => {
    await hold.take('the large one before');
    await hostHere(1e9).ready();
    expect(await isFree()).toBe(true);
  });
});
