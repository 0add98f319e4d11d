/**
 * Looks up what may come next in the text itself: code repeats names, lines and whole blocks. The end of the text is
 * searched in what stands before it and in texts that came with the request; what followed there is the draft.
 */

/** Longer agreement says no more: from here on a draft is nearly always right. */
const LONGEST_MATCH = 24;

/** Occurrences that agree over so many tokens have an equal say in what follows. */
const DECISIVE_MATCH = 8;

/** A vote below this share leaves it open whether the draft is right. */
const CLEAR_SHARE = 0.7;

/** Between texts; equal to no token. */
const GAP = -1;

/** What speaks for a draft. */
export type Evidence = {
  /** Tokens before it that agree, at most LONGEST_MATCH. */
  readonly matchTokens: number;
  /** The same tokens were followed by others elsewhere. */
  readonly isDisputed: boolean;
};

export type Draft = Evidence & { readonly ids: readonly number[] };

/** `ids[end - 1]` is the last of `length` tokens that agree with the end of the text. */
type Match = { readonly end: number; readonly length: number };

export class DraftLookup {
  #ids: Int32Array;
  #length = 0;

  /** @param others texts to draft from beside the text itself, which goes on with `push` */
  constructor(text: readonly number[], others: readonly (readonly number[])[] = []) {
    this.#ids = new Int32Array(0);
    for (const other of others) this.push(...other, GAP);
    this.push(...text);
  }

  push(...ids: readonly number[]): void {
    const needed = this.#length + ids.length;
    if (needed > this.#ids.length) {
      const grown = new Int32Array(2 * needed);
      grown.set(this.#ids.subarray(0, this.#length));
      this.#ids = grown;
    }
    this.#ids.set(ids, this.#length);
    this.#length = needed;
  }

  /** What followed the longest ends of the text where they stood before, by their vote; at most `maxTokens`. */
  find(maxTokens: number): Draft | undefined {
    const matches = this.#matches();
    const longest = matches.reduce((most, { length }) => Math.max(most, length), 0);
    const voters = matches.filter(({ length }) => length >= Math.min(longest, DECISIVE_MATCH));
    const votes = new Map<number, number>();
    for (const { end } of voters) votes.set(this.#at(end), (votes.get(this.#at(end)) ?? 0) + 1);
    // Of equals the first: the latest in the text.
    const [next, nVotes] = [...votes].reduce((best, one) => (one[1] > best[1] ? one : best), [GAP, 0]);
    if (nVotes === 0 || maxTokens < 1) return undefined;
    const source = voters
      .filter(({ end }) => this.#at(end) === next)
      .reduce((best, match) => (match.length > best.length ? match : best));
    return {
      ids: this.#copy(source.end, maxTokens),
      matchTokens: source.length,
      isDisputed: nVotes <= CLEAR_SHARE * voters.length,
    };
  }

  /** Where the last token stood before and something follows it, the latest first. */
  #matches(): Match[] {
    const matches: Match[] = [];
    const last = this.#at(this.#length - 1);
    for (let index = this.#length - 2; index >= 0; index--) {
      if (this.#ids[index] !== last || this.#ids[index + 1] === GAP) continue;
      matches.push({ end: index + 1, length: this.#agreement(index) });
    }
    return matches;
  }

  /** How many tokens up to `index` are also the last of the text. */
  #agreement(index: number): number {
    const back = this.#length - 1 - index;
    let length = 1;
    while (length < LONGEST_MATCH && length <= index) {
      const id = this.#ids[index - length];
      if (id === GAP || id !== this.#ids[index - length + back]) break;
      length++;
    }
    return length;
  }

  /** From `start` on; behind the end of the text the draft goes on with itself, as a period does. */
  #copy(start: number, maxTokens: number): number[] {
    const ids: number[] = [];
    while (ids.length < maxTokens) {
      const from = start + ids.length;
      const id = from < this.#length ? this.#at(from) : (ids[from - this.#length] ?? GAP);
      if (id === GAP) break;
      ids.push(id);
    }
    return ids;
  }

  #at(index: number): number {
    return this.#ids[index] ?? GAP;
  }
}
