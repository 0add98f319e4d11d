/** Files of a hold that somebody else has written, or that cannot be written at all. */
import { utimesSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HEARTBEAT_MS, ModelHold, STALE_MS, type Asked } from '../../../src/client/modelHold.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const HOUR_MS = 3_600_000;

let temp: string;
let folder: string;
let clock: FakeClock;

beforeEach(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-hold-'));
  folder = path.join(temp, 'hold');
  clock = new FakeClock();
});
afterEach(() => rm(temp, { recursive: true }));

/** Windows of this machine: these two process ids live as long as the test. */
function windowA(): ModelHold {
  return new ModelHold(folder, 'a', { pid: process.pid, clock });
}
function windowB(): ModelHold {
  return new ModelHold(folder, 'b', { pid: process.ppid, clock });
}

/** What a holder was told, in order. */
function told(hold: ModelHold): Asked[] {
  const all: Asked[] = [];
  hold.onAsked((asked) => all.push(asked));
  return all;
}

describe('files that make no sense', () => {
  const GARBAGE = ['', '{', 'null', '[]', '{"id":1}', '{"released":null}', 'x'.repeat(100_000)].map(
    (text) => ({ text }),
  );

  it.each(GARBAGE)('$text: respected while it is new, passed over when it is old', async ({ text }) => {
    await mkdir(folder);
    const file = path.join(folder, 'hold-3.json');
    await writeFile(file, text);
    await utimes(file, clock.nowMs() / 1000, clock.nowMs() / 1000);
    const unknown = { window: '', modelName: '', pid: 0 };
    expect(await windowA().take('m')).toMatchObject({ kind: 'elsewhere', holder: unknown });
    await clock.advance(STALE_MS + 1000, 1000);
    expect((await clock.settle(windowA().take('m'))).kind).toBe('held');
    expect((await windowB().take('m')).kind).toBe('elsewhere');
  });

  it.each(['a folder', 'a link to nowhere'])('%s in its place', async (what) => {
    await mkdir(folder);
    const file = path.join(folder, 'hold-3.json');
    await (what === 'a folder' ? mkdir(file) : symlink('/nowhere', file));
    clock = new FakeClock(Date.now() + HOUR_MS);
    expect((await clock.settle(windowA().take('m'))).kind).toBe('held');
    expect((await windowB().take('m')).kind).toBe('elsewhere');
  });

  it('in place of our own is mended, and nothing is lost', async () => {
    const a = windowA();
    const events = told(a);
    await a.take('m');
    const [name] = await readdir(folder);
    await writeFile(path.join(folder, name!), '{"id":');
    await clock.advance(2 * HEARTBEAT_MS);
    expect(events).toEqual([]);
    expect(JSON.parse(await readFile(path.join(folder, name!), 'utf8'))).toMatchObject({ window: 'a' });
  });

  it('and a folder that was emptied: the holder notices, and the next take is as the first', async () => {
    const a = windowA();
    const events = told(a);
    await a.take('m');
    await rm(folder, { recursive: true });
    await clock.advance(2 * HEARTBEAT_MS);
    expect(events).toEqual([{ kind: 'lost' }]);
    expect((await a.take('m')).kind).toBe('held');
  });
});

describe('a folder that cannot be written', () => {
  it('locks nobody out', async () => {
    await writeFile(folder, ''); // a file in its place refuses root too, whom a read-only folder does not stop
    for (const hold of [windowA(), windowB()]) {
      expect(await hold.take('m')).toEqual({ kind: 'held' });
      await hold.takeOver('m', { signal: new AbortController().signal });
      await hold.release();
    }
  });
});

it('is not taken by a window that was slow: what it made is not the last any more', async () => {
  await windowA().take('m');
  const [name] = await readdir(folder);
  const newer = JSON.parse(await readFile(path.join(folder, name!), 'utf8')) as object;
  await writeFile(path.join(folder, name!), '{"released":true}');
  // Between its look and its claim, another window takes the hold, gives it back, and a third one has it.
  const slowClock = new FakeClock();
  slowClock.nowMs = () => {
    slowClock.nowMs = () => clock.nowMs();
    writeFileSync(path.join(folder, 'hold-3.json'), JSON.stringify({ ...newer, window: 'c' }));
    utimesSync(path.join(folder, 'hold-3.json'), clock.nowMs() / 1000, clock.nowMs() / 1000);
    return clock.nowMs();
  };
  const slow = new ModelHold(folder, 'slow', { pid: process.ppid, clock: slowClock });
  expect(await slow.take('m')).toMatchObject({ kind: 'elsewhere', holder: { window: 'c' } });
  expect(await readdir(folder)).not.toContain('hold-2.json');
});
