/** Remembers what the model said, so that typing along, going back, or taking a part of it costs nothing. */
import { reindented, typedAlong, type Continuation } from './continuation.ts';
import type { Snapshot } from './snapshot.ts';

const MAX_ENTRIES = 50;

/** A continuation, and how many characters of it stand before the cursor. */
export type Found = { readonly continuation: Continuation; readonly typed: number };

export class CompletionCache {
  /** Newest last. */
  readonly #entries: Continuation[] = [];

  put(continuation: Continuation): void {
    this.#entries.push(continuation);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
  }

  /** The newest first. */
  *find(snapshot: Snapshot): Generator<Found> {
    for (const continuation of this.#entries.toReversed()) {
      const typed = typedAlong(continuation, snapshot);
      if (typed !== undefined) yield { continuation, typed };
    }
    for (const continuation of this.#entries.toReversed()) {
      const moved = reindented(continuation, snapshot);
      if (moved !== undefined) yield { continuation: moved, typed: 0 };
    }
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
