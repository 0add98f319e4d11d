/**
 * What the text at hand says comes next. Code repeats itself, and most of a file, and all of its neighbours, lies
 * outside the window: so every earlier place whose last tokens are the last tokens here votes for the token behind
 * it, the more the longer the two agree. The votes are mixed into the model's probabilities.
 *
 * Source: E. Grave et al., Unbounded cache model for online language modeling with open vocabulary, 2017,
 * https://arxiv.org/abs/1711.02604 (here tokens that agree take the place of states that are near).
 */

/** Longer agreements count as this long, in tokens. */
const MAX_AGREEMENT = 16;

/** A place that agrees for one token more has this many times the vote. */
const VOTE_FACTOR = Math.E;

/** Places that are looked at, the nearest ones. */
const MAX_PLACES = 400;

/** Stands between texts: no id. */
const BORDER = -1;

export type Votes = {
  /** Of the longest agreement. */
  readonly agreementBytes: number;
  /** Id → its share of the votes; the shares sum up to 1. */
  readonly shares: ReadonlyMap<number, number>;
};

export class CopyModel {
  readonly #ids: number[] = [];
  /** Where each id stands, in order. */
  readonly #places = new Map<number, number[]>();

  readonly #bytesOf: (id: number) => number;

  /** @param texts what may be copied from, the farthest first; the last one is what goes on */
  constructor(texts: readonly (readonly number[])[], bytesOf: (id: number) => number) {
    this.#bytesOf = bytesOf;
    for (const ids of texts) {
      this.#add(BORDER);
      for (const id of ids) this.#add(id);
    }
  }

  push(id: number): void {
    this.#add(id);
  }

  /** undefined where the last token has not been seen before. */
  votes(): Votes | undefined {
    const end = this.#ids.length - 1;
    const places = this.#places.get(this.#ids[end] ?? BORDER) ?? [];
    const votes = new Map<number, number>();
    let total = 0;
    let longest = 0;
    for (let index = places.length - 2; index >= Math.max(0, places.length - 1 - MAX_PLACES); index--) {
      const place = places[index] ?? 0;
      const next = this.#ids[place + 1] ?? BORDER;
      if (next === BORDER) continue;
      const agreement = this.#agreement(place, end);
      const vote = VOTE_FACTOR ** agreement;
      votes.set(next, (votes.get(next) ?? 0) + vote);
      total += vote;
      longest = Math.max(longest, agreement);
    }
    if (total === 0) return undefined;
    for (const [id, vote] of votes) votes.set(id, vote / total);
    return { agreementBytes: this.#bytesBefore(end, longest), shares: votes };
  }

  /** Of the last `length` tokens up to a place. */
  #bytesBefore(place: number, length: number): number {
    const ids = this.#ids.slice(place + 1 - length, place + 1);
    return ids.reduce((sum, id) => sum + this.#bytesOf(id), 0);
  }

  #add(id: number): void {
    const place = this.#ids.push(id) - 1;
    if (id === BORDER) return;
    const places = this.#places.get(id);
    if (places === undefined) this.#places.set(id, [place]);
    else places.push(place);
  }

  /** Tokens that agree before two places, those at the places included. */
  #agreement(a: number, b: number): number {
    let length = 1;
    while (length < MAX_AGREEMENT && this.#ids[a - length] === this.#ids[b - length]) {
      if (this.#ids[a - length] === BORDER) break;
      length++;
    }
    return length;
  }
}
