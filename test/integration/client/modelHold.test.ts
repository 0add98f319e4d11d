/** One hold among windows: the cases that need a clock, in one process, on real files. */
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  heldElsewhere,
  HEARTBEAT_MS,
  ModelHold,
  needsHold,
  REACT_WITHIN_MS,
  RELEASE_WITHIN_MS,
  STALE_MS,
  type Asked,
} from '../../../src/client/modelHold.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { WEIGHTS_FILE } from '../../../src/model/manifest.ts';

const DEAD_PID = 4_000_000;
const HOUR_MS = 3_600_000;
const never = new AbortController().signal;

let temp: string;
let folder: string;
let clock: FakeClock;

beforeEach(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-hold-'));
  folder = path.join(temp, 'not there yet');
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

/** As a program that was given the process id of a window after a reboot. */
function windowWithoutHeartbeat(): ModelHold {
  return new ModelHold(folder, 'before the reboot', { pid: process.pid, clock: new FakeClock() });
}

/** What a holder was told, in order. */
function told(hold: ModelHold): Asked[] {
  const all: Asked[] = [];
  hold.onAsked((asked) => all.push(asked));
  return all;
}

describe('taking and giving back', () => {
  it('is held by one, and the other learns who that is', async () => {
    const a = windowA();
    expect(await a.take('gpt-j-6b')).toEqual({ kind: 'held' });
    const sinceMs = clock.nowMs();
    const holder = { window: 'a', modelName: 'gpt-j-6b', pid: process.pid, sinceMs };
    expect(await windowB().take('other')).toMatchObject({ kind: 'elsewhere', holder });
  });

  it('goes to the next when it is given back, again and again, and leaves no heap of files', async () => {
    const [a, b] = [windowA(), windowB()];
    for (let round = 0; round < 5; round++) {
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const) {
        expect((await one.take('m')).kind).toBe('held');
        expect((await other.take('m')).kind).toBe('elsewhere');
        await one.release();
      }
    }
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('tells the name of the model that is held now', async () => {
    const a = windowA();
    await a.take('first');
    await a.take('second');
    expect(await windowB().take('m')).toMatchObject({ holder: { window: 'a', modelName: 'second' } });
  });

  it('releases what is not held without harm', async () => {
    await windowA().release();
    await windowB().take('m');
    await windowA().release();
    expect((await windowA().take('m')).kind).toBe('elsewhere');
  });

  it('says where the model is, and how it comes here', () => {
    const holder = { pid: 1, sinceMs: 0 };
    expect(heldElsewhere({ ...holder, window: 'shop', modelName: 'gpt-j-6b' }).message).toBe(
      'The window "shop" is using gpt-j-6b, and memory may not hold two. To have it here instead, run "GPT-J: Use the Model in This Window".',
    );
    expect(heldElsewhere({ ...holder, window: '', modelName: '' }).message).toMatch(
      /^Another window is using a large model, and/,
    );
  });

  it('is only for models of more than a gigabyte', () => {
    const manifest = (sizeBytes: number) => ({ files: [{ name: WEIGHTS_FILE, sizeBytes, sha256: '' }] });
    expect([19e6, 1e9, 1.1e9, 3.2e9].map((bytes) => needsHold(manifest(bytes)))).toEqual([
      ...[false, false, true, true],
    ]);
  });
});

describe('a holder that is no more', () => {
  it('is passed over at once when its process is gone', async () => {
    await new ModelHold(folder, 'dead', { pid: DEAD_PID, clock }).take('m');
    expect((await windowB().take('m')).kind).toBe('held');
  });

  it('is passed over when its process id belongs to another program after a reboot', async () => {
    await windowWithoutHeartbeat().take('m');
    expect((await windowB().take('m')).kind).toBe('elsewhere');
    await clock.advance(STALE_MS + 1000, 1000);
    expect((await clock.settle(windowB().take('m'))).kind).toBe('held');
  });

  it('is passed over when its heartbeat is from before the clock was set back', async () => {
    await windowWithoutHeartbeat().take('m');
    const [name] = await readdir(folder);
    const future = (clock.nowMs() + HOUR_MS) / 1000;
    await utimes(path.join(folder, name!), future, future);
    expect((await clock.settle(windowB().take('m'))).kind).toBe('held');
  });

  it('is passed over when its process id is now our own', async () => {
    await windowA().take('m');
    expect((await windowA().take('m')).kind).toBe('held');
  });
});

describe('a machine that slept for an hour', () => {
  it('leaves the hold with a holder that wakes too', async () => {
    const a = windowA();
    const events = told(a);
    await a.take('m');
    clock.sleep(HOUR_MS);
    expect((await clock.settle(windowB().take('m'))).kind).toBe('elsewhere');
    expect(events).toEqual([]);
  });

  it('tells a holder that was passed over, once, and its release takes nothing from the new one', async () => {
    const own = new FakeClock();
    const a = new ModelHold(folder, 'a', { pid: process.pid, clock: own });
    const events = told(a);
    await a.take('m');
    own.sleep(HOUR_MS);
    clock.sleep(HOUR_MS);
    const b = windowB();
    expect((await clock.settle(b.take('m'))).kind).toBe('held');
    expect(events).toEqual([]);
    await own.advance(3 * HEARTBEAT_MS);
    expect(events).toEqual([{ kind: 'lost' }]);
    await a.release();
    expect(await a.take('m')).toMatchObject({ kind: 'elsewhere', holder: { window: 'b' } });
  });

  it('tells a holder that was passed over and takes again before its next heartbeat', async () => {
    const own = new FakeClock();
    const a = new ModelHold(folder, 'a', { pid: process.pid, clock: own });
    const events = told(a);
    await a.take('m');
    own.sleep(HOUR_MS);
    clock.sleep(HOUR_MS);
    expect((await clock.settle(windowB().take('m'))).kind).toBe('held');
    expect(await a.take('m')).toMatchObject({ kind: 'elsewhere', holder: { window: 'b' } });
    expect(events).toEqual([{ kind: 'lost' }]);
  });

  it('does not bring back what was asked before', async () => {
    const a = windowA();
    const events = told(a);
    await a.take('m');
    const asking = windowB().takeOver('m', { signal: AbortSignal.abort() });
    await expect(asking).rejects.toThrow('Cancelled');
    const [hold] = await readdir(folder);
    const ask = { window: 'gone', modelName: 'm', askedMs: clock.nowMs() };
    await writeFile(path.join(folder, hold!.replace('hold', 'ask')), JSON.stringify(ask));
    clock.sleep(HOUR_MS);
    await clock.advance(2 * HEARTBEAT_MS);
    expect(events).toEqual([]);
  });
});

describe('asking for it', () => {
  it('reaches the holder, which stops and releases; then it is ours', async () => {
    const [a, b] = [windowA(), windowB()];
    const events: Asked[] = [];
    a.onAsked((asked) => {
      events.push(asked);
      void clock.wait(3000).then(() => a.release());
    });
    await a.take('m');
    await clock.settle(b.takeOver('large', { signal: never }));
    expect(events).toEqual([{ kind: 'asked', window: 'b', modelName: 'large' }]);
    expect(await a.take('m')).toMatchObject({
      kind: 'elsewhere',
      holder: { window: 'b', modelName: 'large' },
    });
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('is no question where nobody holds it', async () => {
    await windowB().takeOver('m', { signal: never });
    expect((await windowA().take('m')).kind).toBe('elsewhere');
  });

  it('fails with a sentence when the holder does not react, and is not asked for ever', async () => {
    const own = new FakeClock();
    const a = new ModelHold(folder, 'a', { pid: process.pid, clock: own }); // its time stands still: it hangs
    const events = told(a);
    await a.take('m');
    const startMs = clock.nowMs();
    const failure = clock.settle(windowB().takeOver('m', { signal: never }));
    await expect(failure).rejects.toMatchObject({ code: 'held', message: /^The window "a" does not answer/ });
    expect(clock.nowMs() - startMs).toBeLessThan(REACT_WITHIN_MS + 1000);
    await own.advance(2 * HEARTBEAT_MS);
    expect(events).toEqual([]);
  });

  it('fails with another sentence when it was heard but the model does not end', async () => {
    const a = windowA();
    const events = told(a);
    await a.take('m');
    const startMs = clock.nowMs();
    const failure = clock.settle(windowB().takeOver('m', { signal: never }));
    await expect(failure).rejects.toThrow(
      'The window "a" is still stopping its model. Try again in a minute.',
    );
    expect(clock.nowMs() - startMs).toBeLessThan(RELEASE_WITHIN_MS + 1000);
    expect(events).toHaveLength(1);
  });

  it('can be cancelled, and leaves no question behind', async () => {
    const a = windowA();
    const events = told(a);
    await a.take('m');
    const abort = new AbortController();
    const asking = windowB().takeOver('m', { signal: abort.signal });
    asking.catch(() => undefined);
    await clock.advance(200);
    abort.abort();
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
    await clock.advance(2 * HEARTBEAT_MS);
    expect(events).toEqual([]);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('by two at once: one gets it, the other is told who was faster', async () => {
    const a = windowA();
    a.onAsked(() => void a.release());
    await a.take('m');
    const c = new ModelHold(folder, 'c', { pid: 1, clock }); // that process always lives
    const asking = [windowB(), c].map((hold) => hold.takeOver('m', { signal: never }));
    const results = await clock.settle(Promise.allSettled(asking));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [lost] = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    // Its name may not have been written down yet.
    expect(lost).toMatch(/(?:The window "[bc]"|Another window) was faster/);
  });
});
