/** Time as a parameter, so that an hour of sleep is a line in a test. */
import { setTimeout as delay } from 'node:timers/promises';

export type Clock = {
  /** Since 1970, as the times of files are: it goes on while the machine sleeps. */
  nowMs(): number;
  /** Resolves after this time, or as soon as the signal is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs something again and again, without keeping the process alive. Returns what ends it. */
  every(ms: number, run: () => void): () => void;
};

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
  every: (ms, run) => {
    const timer = setInterval(run, ms).unref();
    return () => clearInterval(timer);
  },
};
