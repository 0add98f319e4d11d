/** Windows that use models, as processes of their own that are killed, and a window that wants to remove one. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import { ModelUses } from '../../../src/client/modelUses.ts';

const N_ROUNDS = 200;

let temp: string;
let uses: string;
let model: string;
let windows: ChildProcess[];

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-uses-'));
  model = path.join(temp, 'plum');
  await mkdir(model);
  await symlink(model, path.join(temp, 'link'));
  await build({
    entryPoints: [path.resolve(import.meta.dirname, '../../support/usingWindow.ts')],
    ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    outfile: path.join(temp, 'usingWindow.mjs'),
  });
});
afterAll(() => rm(temp, { recursive: true }));
beforeEach(() => {
  uses = path.join(temp, 'uses');
  windows = [];
});
afterEach(async () => {
  await Promise.all(windows.map(kill));
  await rm(uses, { recursive: true, force: true });
});

/** A window that has the model in memory, or is about to. */
async function windowWith(name: string, folder = model): Promise<ChildProcess> {
  const args = [path.join(temp, 'usingWindow.mjs'), uses, name, folder];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  windows.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const hasExited = child.exitCode !== null || child.signalCode !== null;
  child.kill('SIGKILL');
  if (!hasExited) await once(child, 'exit');
}

const here = (clock?: Clock) => new ModelUses(uses, 'here', clock === undefined ? {} : { clock });
const removed = (window = here()) => window.removing(model, () => Promise.resolve('removed'));

describe('a removal', () => {
  it('is refused while a window has the model, by whatever path, and says which one', async () => {
    await windowWith('shop', path.join(temp, 'link'));
    await expect(removed()).rejects.toThrow(/^The window "shop" is using plum\. Choose another model there/);
    expect(await here().users(model)).toEqual([{ window: 'shop' }]);
  });

  it('goes on where the window has another model, was closed, or was killed', async () => {
    await windowWith('other', temp);
    const closed = await windowWith('closed');
    closed.stdin!.end();
    await once(closed, 'exit');
    const crashed = await windowWith('crashed');
    expect(await readdir(uses)).toHaveLength(2);
    await kill(crashed);
    expect(await removed()).toBe('removed');
    expect(await here().users(model)).toEqual([]);
    // What the killed one left is cleared away.
    expect(await readdir(uses)).toHaveLength(1);
  });

  it('leaves nothing behind, even where it fails', async () => {
    const failing = here().removing(model, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await readdir(uses)).toEqual([]);
    await here().begin(model);
  });

  it('is seen by a window that begins to load meanwhile', async () => {
    await here().removing(model, async () => {
      await expect(here().begin(model)).rejects.toThrow(/^plum is being removed by another window/);
      await here().begin(temp);
    });
  });

  it('and a use that begin together never both go on', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < N_ROUNDS; round++) {
      const user = here();
      const used = pause(Math.random() * 2).then(() => user.begin(model));
      // It lasts until the other one has made up its mind.
      const removing = pause(Math.random() * 2).then(() =>
        here().removing(model, () => Promise.allSettled([used])),
      );
      const [{ status: use }, { status: removal }] = await Promise.allSettled([used, removing]);
      outcomes.add(`use ${use}, removal ${removal}`);
      await user.end();
    }
    expect(outcomes).not.toContain('use fulfilled, removal fulfilled');
    expect(outcomes.size).toBeGreaterThan(1);
  });
});

describe('a heartbeat that stopped', () => {
  /** Waits no time, and lets something happen instead. */
  const clockThat = (meanwhile: () => Promise<void>): Clock => ({
    nowMs: () => Date.now(),
    wait: meanwhile,
    every: () => () => undefined,
  });
  const age = async (seconds: number) => {
    for (const name of await readdir(uses)) {
      if (name.startsWith('use-')) await utimes(path.join(uses, name), seconds, seconds);
    }
  };

  it('is that of another program with the same number: the model is removed after a last look', async () => {
    await windowWith('shop');
    await age(Date.now() / 1000 - 3600);
    let nWaits = 0;
    const waiting = clockThat(async () => {
      nWaits += await Promise.resolve(1);
    });
    expect(await removed(here(waiting))).toBe('removed');
    expect(nWaits).toBe(1);
  });

  it('is that of a machine that slept: the next one is waited for', async () => {
    await windowWith('shop');
    await age(Date.now() / 1000 - 3600);
    const beatsMeanwhile = clockThat(() => age(Date.now() / 1000 - 3000));
    await expect(removed(here(beatsMeanwhile))).rejects.toThrow(/^The window "shop" is using plum/);
  });
});

it('where nothing can be written, a model is used all the same', async () => {
  await expect(new ModelUses('/dev/null/uses', 'here').begin(model)).resolves.toBeUndefined();
});
