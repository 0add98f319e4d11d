/** How engines end: never two at a time, never inside a native call, and never after the editor has gone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { EngineHost } from '../../../src/client/engineHost.ts';
import type { Isolation } from '../../../src/client/engineLink.ts';
import { ModelClaim } from '../../../src/client/modelClaim.ts';
import { ModelHold } from '../../../src/client/modelHold.ts';
import { StartLatch } from '../../../src/model/startLatch.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import { importGolden } from '../../support/goldenModel.ts';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { SOURCE } from '../../support/sourceFiles.ts';
import { waitFor } from '../../support/waitFor.ts';
import { bundleWorker } from '../../support/workerBundle.ts';

/** How long a load holds its thread, as a large model's does. */
const HELD_MS = 1_500;

let temp: string;
let state: string;
let host: EngineHost;
let isolation: Isolation;

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-ends-'));
  await bundleWorker(temp);
  await importGolden('safetensors-f32', path.join(temp, 'model'), FP32);
});
afterAll(() => rm(temp, { recursive: true }));

beforeEach(() => void (state = path.join(temp, 'state')));
afterEach(async () => {
  await host.close();
  await rm(path.join(temp, 'journal'), { force: true });
  await rm(state, { recursive: true, force: true });
});

/** The real worker, which keeps a journal, and holds its thread behind the record of what it tries. */
async function workerThatHolds(ms: number): Promise<string> {
  const file = path.join(temp, `holds-${ms}.js`);
  const code = `
    const fs = require('node:fs');
    const note = (line) => fs.appendFileSync(${JSON.stringify(path.join(temp, 'journal'))}, line + '\\n');
    const write = fs.writeFileSync;
    fs.writeFileSync = (name, ...rest) => {
      write(name, ...rest);
      if (!String(name).includes('starting-')) return;
      note('holds');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms});
      note('held');
    };
    note('start');
    process.on('exit', () => note('end'));
    require('./worker.js');`;
  await writeFile(file, code);
  return file;
}

function hostOf(workerFile: string): EngineHost {
  const ignore = () => undefined;
  host = new EngineHost({
    workerFile,
    latch: new StartLatch(state),
    claim: new ModelClaim(new ModelHold(path.join(state, 'hold'), '')),
    log: { info: ignore, warn: ignore, error: ignore },
    loadOptions: () => ({
      modelFolder: path.join(temp, 'model'),
      nThreads: 1,
      device: 'cpu',
      stateFolder: state,
    }),
    isolation: () => isolation,
    onState: ignore,
    onNotice: ignore,
  });
  return host;
}

const journal = async () => (await readFile(path.join(temp, 'journal'), 'utf8')).trim().split('\n');
const waitUntil = (line: string) =>
  waitFor({
    what: `the journal to say ${line}`,
    read: () => journal().catch((): string[] => []),
    until: (lines) => lines.includes(line),
    intervalMs: 5,
  });
/** Of what is being tried; what was learned of devices lies beside it. */
const records = async () => {
  const names = await readdir(state).catch((): string[] => []);
  return names.filter((name) => !name.startsWith('devices.json'));
};

describe.each(['thread', 'process'] as const)('in a %s', (where) => {
  beforeEach(() => void (isolation = where));

  it('stopped inside a long call, it ends after it, and its record is removed at once', async () => {
    const { ready, stop } = bound(hostOf(await workerThatHolds(HELD_MS)));
    const loading = ready().catch((error: unknown) => (error as { code: string }).code);
    await waitUntil('holds');
    expect(await records()).toHaveLength(1);
    const stopped = stop();
    expect(await records()).toEqual([]);
    await stopped;
    expect(await loading).toBe('cancelled');
    expect(await journal()).toEqual(['start', 'holds', 'held', 'end']);
    expect(await records()).toEqual([]);
  });

  it('stopped before it has begun to load, it records nothing', async () => {
    const { ready, stop } = bound(hostOf(await workerThatHolds(HELD_MS)));
    const loading = ready().catch(() => undefined);
    await waitUntil('start');
    await stop();
    await loading;
    // Where it was quicker than the stop, it has held; what counts is that nothing is left.
    expect(await records()).toEqual([]);
  });

  it('started and stopped in any order, there is never a second one', async () => {
    const { ready, stop, restart } = bound(hostOf(await workerThatHolds(20)));
    const random = seededRandom(7);
    const work: Promise<unknown>[] = [];
    for (let n = 0; n < 30; n++) {
      const act = [ready, stop, restart][Math.floor(random() * 3)]!;
      work.push(act().catch(() => undefined));
      if (random() < 0.6) await new Promise((resolve) => setTimeout(resolve, random() * 150));
    }
    await Promise.all(work);
    await host.ready();
    await host.close();
    const ends = (await journal()).filter((line) => line === 'start' || line === 'end');
    expect(ends.length).toBeGreaterThanOrEqual(6);
    expect(ends).toEqual(ends.map((_, index) => (index % 2 === 0 ? 'start' : 'end')));
    expect(await records()).toEqual([]);
  });
});

it('a restart that is overtaken by a stop starts nothing', async () => {
  isolation = 'thread';
  const { ready, stop, restart } = bound(hostOf(await workerThatHolds(200)));
  const work = [ready(), restart(), stop()].map((each) => each.catch(() => undefined));
  await Promise.all(work);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(host.state.kind).toBe('off');
});

describe('a child', () => {
  beforeEach(() => void (isolation = 'process'));

  it.each(['SIGSEGV', 'SIGKILL'] as const)(
    'ended by %s while it loads is followed by another',
    async (signal) => {
      const file = await workerThatHolds(HELD_MS);
      const { ready } = bound(hostOf(file));
      const loading = ready();
      await waitUntil('holds');
      const [record = ''] = await records();
      process.kill(Number(record.slice('starting-'.length)), signal);
      expect((await loading).nPositions).toBe(256);
      expect(new StartLatch(state).held()).toMatchObject([{ device: 'cpu', isNew: false }]);
      expect((await journal()).filter((line) => line === 'start')).toHaveLength(2);
    },
  );

  it.each(['while it loads', 'while it generates', 'while it does nothing'])(
    'ends soon after its parent has been killed %s',
    async (when) => {
      const child = await orphan(when);
      onTestFailed(() => {
        if (isAlive(child)) process.kill(child, 'SIGKILL');
      });
      await waitFor({
        what: 'the child to end',
        read: () => Promise.resolve(isAlive(child)),
        until: (alive) => !alive,
        timeoutMs: 10_000,
      });
      expect((await journal()).at(-1)).toBe('end');
      // It went on to the end of its call, so it was no crash.
      expect(await records()).toEqual([]);
    },
  );

  /** A process that has a child of ours is killed; the child's number. */
  async function orphan(when: string): Promise<number> {
    hostOf(await workerThatHolds(0)); // for afterEach
    const file = await workerThatHolds(when === 'while it loads' ? HELD_MS : 0);
    const script = path.join(temp, 'parent.cjs');
    await build({
      stdin: {
        contents: `
          import { EngineClient } from ${JSON.stringify(path.join(SOURCE, 'client/engineClient.ts'))};
          const client = new EngineClient(${JSON.stringify(file)}, undefined, 'process');
          console.log(client.pid);
          const params = { modelFolder: ${JSON.stringify(path.join(temp, 'model'))}, nThreads: 1, device: 'cpu',
            stateFolder: ${JSON.stringify(state)} };
          const request = { prompt: { kind: 'ids', ids: [1] }, maxTokens: 250, sampling: { kind: 'greedy' }, stop: [],
            priority: 'task', ignoreEndOfText: true };
          // So much that it would take a minute.
          const generate = () => {
            for (let n = 0; n < 300; n++) client.call('generate', request, { onProgress: () => console.log('generating') });
          };
          client.call('load', params).then(() => {
            console.log('loaded');
            if (${String(when.includes('generates'))}) generate();
          });
          setInterval(() => undefined, 1000);`,
        resolveDir: temp,
      },
      ...{ bundle: true, platform: 'node', format: 'cjs', outfile: script, logLevel: 'error' },
    });
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    parent.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const heard = (word: string) =>
      waitFor({ what: word, read: () => Promise.resolve(said), until: (text) => text.includes(word) });
    if (when === 'while it loads') await waitUntil('holds');
    else await heard(when === 'while it generates' ? 'generating' : 'loaded');
    await heard('\n');
    const gone = once(parent, 'exit');
    parent.kill('SIGKILL');
    await gone;
    const child = Number.parseInt(said, 10);
    expect(child).toBeGreaterThan(1);
    return child;
  }
});

function bound(of: EngineHost) {
  return { ready: () => of.ready(), stop: () => of.stop(), restart: () => of.restart() };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
