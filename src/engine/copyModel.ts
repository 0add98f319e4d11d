/**
 * What the text at hand says comes next. Code repeats itself, and most of a file, and all of its neighbours, lies
 * outside the window. So every earlier place whose last words are the last words here has a say in what comes next;
 * the longer the two agree, the more of it.
 *
 * Sources: the unbounded cache of E. Grave et al., 2017, https://arxiv.org/abs/1711.02604, with words that agree in
 * place of states that are near; and the probability of something new by I. Witten and T. Bell, The zero-frequency
 * problem, IEEE Transactions on Information Theory 37, 1991 (their method C).
 */
import type { Words } from './words.ts';

/** Longer agreements count as this long, in tokens. */
const MAX_AGREEMENT = 16;

/** A place that agrees for one token more has this many times the say. */
const VOTE_FACTOR = Math.E;

/** Places that are looked at, the nearest ones. */
const MAX_PLACES = 600;

/** How likely a new word goes on with one byte rather than another. */
const ONE_BYTE = 0.1;

/** Stands between texts: no word. */
const BORDER = -1;

type Votes = {
  /** Words of the longest agreement. */
  readonly longest: number;
  /** Word → its share. */
  readonly votes: ReadonlyMap<number, number>;
  /** That none of them comes next. */
  readonly escape: number;
};

export type Forecast = {
  /** Bytes of the longest agreement, those of the word that was begun included. */
  readonly agreementBytes: number;
  /** Word → probability that it comes next. The rest up to 1 is for words not seen yet. */
  readonly words: ReadonlyMap<number, number>;
};

export class CopyModel {
  readonly words: Words;
  readonly #read: number[] = [];
  /** Where each word stands, in order. */
  readonly #places = new Map<number, number[]>();

  /** @param texts as ids, the farthest first; the last one is what goes on */
  constructor(texts: readonly (readonly number[])[], words: Words) {
    this.words = words;
    for (const ids of texts) {
      this.#read.push(BORDER);
      for (const id of ids) this.push(id);
    }
  }

  push(id: number): void {
    const word = this.words.of(id);
    const place = this.#read.push(word) - 1;
    const places = this.#places.get(word);
    if (places === undefined) this.#places.set(word, [place]);
    else places.push(place);
  }

  /**
   * undefined where nothing can be said.
   * @param begun what the next word must agree with, where a word has been begun: the only ids that can come, and bytes
   */
  forecast(begun?: { readonly ids: readonly number[]; readonly bytes: number }): Forecast | undefined {
    const { longest, votes, escape } = this.#votes();
    if (begun === undefined) {
      if (votes.size === 0) return undefined;
      return { agreementBytes: this.#bytesOfLast(longest), words: votes };
    }
    const possible = new Set(
      begun.ids.map((id) => this.words.of(id)).filter((word) => this.#places.has(word)),
    );
    if (possible.size === 0) return undefined;
    const nWords = this.#places.size;
    const probabilities = [...possible].map((word): [number, number] => {
      const anywhere = (this.#places.get(word)?.length ?? 0) / (this.#read.length + nWords);
      return [word, (1 - escape) * (votes.get(word) ?? 0) + escape * anywhere];
    });
    const unseen = (escape * nWords * ONE_BYTE ** begun.bytes) / (this.#read.length + nWords);
    const sum = probabilities.reduce((total, [, probability]) => total + probability, unseen);
    const agrees = [...possible].some((word) => votes.has(word));
    return {
      agreementBytes: begun.bytes + (agrees ? this.#bytesOfLast(longest) : 0),
      words: new Map(probabilities.map(([word, probability]) => [word, probability / sum])),
    };
  }

  /** What followed where the last words were the same. */
  #votes(): Votes {
    const end = this.#read.length - 1;
    const places = this.#places.get(this.#read[end] ?? BORDER) ?? [];
    const votes = new Map<number, number>();
    let total = 0;
    let longest = 0;
    let atLongest: number[] = [];
    for (let index = places.length - 2; index >= Math.max(0, places.length - 1 - MAX_PLACES); index--) {
      const place = places[index] ?? 0;
      const next = this.#read[place + 1] ?? BORDER;
      if (next === BORDER) continue;
      const agreement = this.#agreement(place, end);
      if (agreement > longest) [longest, atLongest] = [agreement, []];
      if (agreement === longest) atLongest.push(next);
      const vote = VOTE_FACTOR ** agreement;
      votes.set(next, (votes.get(next) ?? 0) + vote);
      total += vote;
    }
    for (const [word, vote] of votes) votes.set(word, vote / total);
    // Where many different words followed, one that has not is likely, too.
    const nDifferent = new Set(atLongest).size;
    const escape = longest === 0 ? 1 : nDifferent / (atLongest.length + nDifferent);
    return { longest, votes, escape };
  }

  /** Words that agree before two places, those at the places included. */
  #agreement(a: number, b: number): number {
    let length = 1;
    while (length < MAX_AGREEMENT && this.#read[a - length] === this.#read[b - length]) {
      if (this.#read[a - length] === BORDER) break;
      length++;
    }
    return length;
  }

  #bytesOfLast(nWords: number): number {
    return nWords === 0
      ? 0
      : this.#read.slice(-nWords).reduce((sum, word) => sum + this.words.bytesOf(word), 0);
  }
}
