/** When the model has to leave the memory because nobody uses it: a while after the last use, and never during one. */
import type { Clock } from '../base/clock.ts';

export type IdleUnloadOptions = {
  readonly clock: Clock;
  /** Read whenever it matters, since settings change. 0: never. */
  readonly idleMs: () => number;
  readonly unload: () => void;
};

/** Longer timers overflow, and are due at once. */
const LONGEST_TIMER_MS = 24 * 60 * 60_000;

export class IdleUnload {
  readonly #options: IdleUnloadOptions;
  #nInUse = 0;
  #lastUseMs = 0;
  #disarm: (() => void) | undefined;

  constructor(options: IdleUnloadOptions) {
    this.#options = options;
  }

  /** What is done with the model. The time counts from its end, whatever that is. */
  async during<T>(use: () => Promise<T>): Promise<T> {
    this.#nInUse++;
    try {
      return await use();
    } finally {
      this.#nInUse--;
      this.#lastUseMs = this.#options.clock.nowMs();
      if (this.#disarm === undefined) this.#arm();
    }
  }

  /** The time may be another one. */
  settingChanged(): void {
    if (this.#disarm !== undefined || this.#lastUseMs > 0) this.#arm();
  }

  dispose(): void {
    this.#disarm?.();
    this.#disarm = undefined;
  }

  /** One timer for a whole stretch of uses: when it is due and something was used since, it waits for the rest. */
  #arm(): void {
    this.dispose();
    const { clock, idleMs } = this.#options;
    const limitMs = idleMs();
    if (limitMs <= 0) return;
    const leftMs = Math.max(0, this.#lastUseMs + limitMs - clock.nowMs());
    this.#disarm = clock.every(Math.min(leftMs, LONGEST_TIMER_MS), () => this.#due());
  }

  #due(): void {
    this.dispose();
    const { clock, idleMs, unload } = this.#options;
    const limitMs = idleMs();
    // The end of a use arms it again.
    if (limitMs <= 0 || this.#nInUse > 0) return;
    if (clock.nowMs() - this.#lastUseMs < limitMs) this.#arm();
    else unload();
  }
}
