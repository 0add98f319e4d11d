/** Remembers what was offered, so that typing along a suggestion, or coming back to a place, costs nothing. */
import type { Snapshot } from './snapshot.ts';

const MAX_ENTRIES = 50;

type Entry = { readonly uri: string; readonly before: string; readonly after: string; readonly text: string };

export class CompletionCache {
  /** Newest last. */
  readonly #entries: Entry[] = [];

  put({ uri, before, after }: Snapshot, text: string): void {
    this.#entries.push({ uri, before, after, text });
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
  }

  /** What is left of a suggestion that was offered here, or further left and typed along since. */
  get({ uri, before, after }: Snapshot): string | undefined {
    for (const entry of this.#entries.toReversed()) {
      if (entry.uri !== uri || !before.startsWith(entry.before) || entry.after !== after) continue;
      const typed = before.slice(entry.before.length);
      if (typed.length < entry.text.length && entry.text.startsWith(typed))
        return entry.text.slice(typed.length);
    }
    return undefined;
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
