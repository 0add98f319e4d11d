/** A clock that stands still until the test moves it. Timers run in order; what they start is waited for. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/base/clock.ts';

type Timer = { atMs: number; readonly everyMs: number | undefined; readonly run: () => void };

export class FakeClock implements Clock {
  #nowMs: number;
  readonly #timers = new Set<Timer>();

  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.#timers.delete(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer: Timer = { atMs: this.#nowMs + ms, everyMs: undefined, run: end };
      this.#timers.add(timer);
      signal?.addEventListener('abort', end);
    });
  }

  every(ms: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, everyMs: ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Time goes by, and everything that is due happens. */
  async advance(ms: number, stepMs = 100): Promise<void> {
    const endMs = this.#nowMs + ms;
    while (this.#nowMs < endMs) {
      this.#nowMs = Math.min(endMs, this.#nowMs + stepMs);
      await this.#runDue();
    }
  }

  /** Lets time go by until this has come to an end, and returns what came of it. */
  async settle<T>(promise: Promise<T>, withinMs = 60_000): Promise<T> {
    const state = { isOver: false };
    const end = () => (state.isOver = true);
    promise.then(end, end);
    for (let ms = 0; ms < withinMs && !state.isOver; ms += 200) await this.advance(200);
    return promise;
  }

  /** The machine sleeps: time goes by, and nothing happens. Timers that were due meanwhile are late by that much. */
  sleep(ms: number): void {
    this.#nowMs += ms;
    for (const timer of this.#timers) timer.atMs += ms;
  }

  async #runDue(): Promise<void> {
    for (const timer of [...this.#timers].sort((a, b) => a.atMs - b.atMs)) {
      if (timer.atMs > this.#nowMs || !this.#timers.has(timer)) continue;
      if (timer.everyMs !== undefined) timer.atMs = this.#nowMs + timer.everyMs;
      timer.run();
    }
    await diskIsQuiet();
  }
}

/** Files are read and written for real: whatever was begun on them is over, and what follows from it has begun. */
async function diskIsQuiet(): Promise<void> {
  const isBusy = () => process.getActiveResourcesInfo().some((name) => /^(?:FSReq|CloseReq)/.test(name));
  for (let quietTurns = 0; quietTurns < 4; quietTurns++) {
    await setImmediate();
    if (isBusy()) quietTurns = -1;
  }
}
