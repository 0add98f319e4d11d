/** Long work on a thread that has other things to do: small steps, and a pause whenever a slice of time is over. */
import { setImmediate as pause } from 'node:timers/promises';
import { cancelled } from './userError.ts';

/** Well below a frame, with room for a step that takes longer than others. */
const SLICE_MS = 2;

export async function inSlices<T>(steps: Iterator<unknown, T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const startMs = performance.now();
    do {
      const { done, value } = steps.next();
      if (done === true) return value;
    } while (performance.now() - startMs < SLICE_MS);
    await pause();
    if (signal?.aborted === true) throw cancelled();
  }
}
