import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { Turns, type Call } from '../../../src/engine/turns.ts';
import type { Priority } from '../../../src/model/generation.ts';

/** A machine that runs one call at a time and notes what it does. A call lasts until the event loop turns. */
class Machine {
  readonly log: string[] = [];
  readonly turns = new Turns();
  #isRunning = false;

  async run(what: string): Promise<void> {
    expect(this.#isRunning, `${what} runs beside another call`).toBe(false);
    this.#isRunning = true;
    this.log.push(what);
    await new Promise((resolve) => setImmediate(resolve));
    this.#isRunning = false;
  }

  /** A generation of `nCalls` calls. Resolves to how it ended; what it held is given back some time later. */
  async generate(name: string, priority: Priority, nCalls: number, signal?: AbortSignal): Promise<string> {
    const work = async (call: Call) => {
      try {
        for (let n = 1; n <= nCalls; n++) await call(() => this.run(`${name}${n}`));
      } finally {
        await Promise.resolve();
        this.log.push(`${name} over`);
      }
      return 'done';
    };
    return this.turns
      .enter({ priority, signal }, work)
      .catch((error: unknown) => (error as { code: string }).code);
  }
}

/** Lets everything go on that waits for nothing but promises: no call ends meanwhile. */
async function settle(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

describe('turns', () => {
  it('a completion goes before tasks, which go on as if nothing had been', async () => {
    const machine = new Machine();
    const ended = [machine.generate('a', 'task', 3), machine.generate('b', 'task', 2)];
    await settle();
    ended.push(machine.generate('c', 'completion', 2));
    expect(await Promise.all(ended)).toEqual(['done', 'done', 'done']);
    expect(machine.log.filter((entry) => !entry.endsWith('over'))).toEqual([
      'a1',
      'c1',
      'c2',
      'b1',
      'a2',
      'b2',
      'a3',
    ]);
  });

  it('a newer completion ends the older ones, and begins when they have given back what they held', async () => {
    const machine = new Machine();
    const ended = [machine.generate('a', 'completion', 3)];
    await settle();
    ended.push(machine.generate('b', 'completion', 3), machine.generate('c', 'completion', 3));
    expect(await Promise.all(ended)).toEqual(['cancelled', 'cancelled', 'done']);
    expect(machine.log).toEqual(['a1', 'a over', 'c1', 'c2', 'c3', 'c over']);
  });

  it('a generation that is cancelled ends before its next call', async () => {
    const machine = new Machine();
    const abort = new AbortController();
    const ended = machine.generate('a', 'task', 50, abort.signal);
    await machine.generate('b', 'completion', 1);
    abort.abort();
    expect(await ended).toBe('cancelled');
    expect(machine.log.filter((entry) => entry.startsWith('a')).length).toBeLessThanOrEqual(3);
    const late = new AbortController();
    late.abort();
    expect(await machine.generate('c', 'task', 1, late.signal)).toBe('cancelled');
    expect(machine.log).not.toContain('c1');
  });

  it('a call that fails ends its own generation only', async () => {
    const machine = new Machine();
    const failing = machine.turns.enter({ priority: 'task' }, (call) =>
      call(() => Promise.reject(new Error('broken'))),
    );
    const other = machine.generate('a', 'task', 2);
    await expect(failing).rejects.toThrow('broken');
    expect(await other).toBe('done');
  });

  it('closing waits for the call in progress and for what is given back, and lets nobody in', async () => {
    const machine = new Machine();
    const ended = [
      machine.generate('a', 'task', 9),
      machine.generate('b', 'completion', 9),
      machine.generate('c', 'task', 9),
    ];
    await settle();
    await machine.turns.close();
    expect(machine.log).toEqual(['b1', 'a over', 'c over', 'b over']);
    expect(await Promise.all(ended)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(await machine.generate('d', 'completion', 1)).toBe('closed');
    await machine.turns.close();
  });

  it('nothing waits for ever', async () => {
    const random = seededRandom(4);
    for (let round = 0; round < 50; round++) {
      const machine = new Machine();
      const ended: Promise<string>[] = [];
      for (let n = 0; n < 12; n++) {
        const abort = new AbortController();
        const priority = random() < 0.5 ? 'task' : 'completion';
        ended.push(
          machine.generate(String.fromCharCode(97 + n), priority, Math.floor(random() * 5), abort.signal),
        );
        if (random() < 0.3) setImmediate(() => abort.abort());
        if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
      }
      if (random() < 0.5) await machine.turns.close();
      const outcomes = await Promise.all(ended);
      for (const outcome of outcomes) expect(['done', 'cancelled', 'closed']).toContain(outcome);
      expect(await machine.generate('z', 'task', 1)).toMatch(/done|closed/);
    }
  });
});
