/** Windows that use models, as processes of their own that are killed, and a window that wants to remove one. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import { ModelUses } from '../../../src/client/modelUses.ts';

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
});

// Of two that begin together one sees the other, whatever the order of their steps, if each writes before it looks.
describe('before it looks for the other', () => {
  it('a removal is written down', async () => {
    await windowWith('silent');
    await age(Date.now() / 1000 - 3600);
    const beginning: unknown[] = [];
    const removing = removed(
      here(clockThat(async () => void beginning.push(...(await Promise.allSettled([here().begin(model)]))))),
    );
    await expect(removing).resolves.toBe('removed');
    expect(beginning).toMatchObject([{ status: 'rejected', reason: { code: 'no-model' } }]);
  });

  it('a use is written down', async () => {
    const isWritten: boolean[] = [];
    const looking: Clock = {
      ...clockThat(() => Promise.resolve()),
      nowMs: () => {
        isWritten.push(readdirSync(uses).some((name) => name.startsWith('use-')));
        return Date.now();
      },
    };
    await here().removing(model, async () => {
      await expect(here(looking).begin(model)).rejects.toThrow(/is being removed/);
    });
    // The last time that it asks for is the one that it holds against the removal's.
    expect(isWritten.at(-1)).toBe(true);
  });
});

describe('a heartbeat that stopped', () => {
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
