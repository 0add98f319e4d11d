/**
 * What the text at hand says comes next. Code repeats itself, and most of a file, and all of its neighbours, lies
 * outside the window. So every earlier place whose last words are the last words here has a say in what comes next;
 * the longer the two agree, the more of it.
 *
 * Sources: the unbounded cache of E. Grave et al., 2017, https://arxiv.org/abs/1711.02604, with words that agree in
 * place of states that are near; and the back-off from longer to shorter agreements of I. Witten and T. Bell, The
 * zero-frequency problem, IEEE Transactions on Information Theory 37, 1991 (their method C).
 */
import type { Words } from './words.ts';

/** Longer agreements count as this long, in tokens. */
const MAX_AGREEMENT = 12;

/** Places that are looked at, the nearest ones. */
const MAX_PLACES = 600;

/** How likely a new word goes on with one byte rather than another. */
const ONE_BYTE = 0.1;

/** Stands between texts: no word. */
const BORDER = -1;

type Counts = ReadonlyMap<number, number>;

export type Forecast = {
  /** Bytes of the longest agreement, those of the word that was begun included. */
  readonly agreementBytes: number;
  /** Word → probability that it comes next. They sum up to less than 1: the rest is for words not seen yet. */
  readonly words: ReadonlyMap<number, number>;
};

export class CopyModel {
  readonly words: Words;
  /** Of what has been read: words, without the spaces between them. */
  readonly #read: number[] = [];
  /** Behind each of those: the word, or the space. */
  readonly #next: number[] = [];
  /** Where each word stands, in order. */
  readonly #places = new Map<number, number[]>();
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** @param texts as ids, the farthest first; the last one is what goes on */
  constructor(texts: readonly (readonly number[])[], words: Words) {
    this.words = words;
    for (const ids of texts) {
      this.#read.push(BORDER);
      this.#next.push(BORDER);
      for (const id of ids) this.push(id);
    }
  }

  push(id: number): void {
    const word = this.words.of(id);
    const last = this.#read.length - 1;
    if (this.#next[last] === undefined) this.#next[last] = word;
    if (this.words.isSpace(word)) return;
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
    this.#total++;
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
    const orders = this.#orders();
    if (begun === undefined) {
      const seen = orders[0];
      if (seen === undefined) return undefined;
      const words = new Map([...seen.keys()].map((word) => [word, this.#probability(word, orders)]));
      return { agreementBytes: this.#bytesOfLast(orders.length), words };
    }
    const possible = new Set(
      begun.ids.map((id) => this.words.of(id)).filter((word) => this.#counts.has(word)),
    );
    if (possible.size === 0) return undefined;
    const probabilities = [...possible].map((word): [number, number] => [
      word,
      this.#probability(word, orders),
    ]);
    const unseen = this.#unseen(orders) * ONE_BYTE ** begun.bytes;
    const sum = probabilities.reduce((total, [, probability]) => total + probability, unseen);
    const longest = orders.findLastIndex((counts) => [...possible].some((word) => counts.has(word))) + 1;
    return {
      agreementBytes: this.#bytesOfLast(longest) + begun.bytes,
      words: new Map(probabilities.map(([word, probability]) => [word, probability / sum])),
    };
  }

  /** What followed the last word, the last two, and so on, as far as that was seen. */
  #orders(): Counts[] {
    const end = this.#read.length - 1;
    const places = this.#places.get(this.#read[end] ?? BORDER) ?? [];
    const byAgreement: Map<number, number>[] = [];
    for (let index = places.length - 2; index >= Math.max(0, places.length - 1 - MAX_PLACES); index--) {
      const place = places[index] ?? 0;
      const next = this.#next[place] ?? BORDER;
      if (next === BORDER) continue;
      const length = this.#agreement(place, end);
      while (byAgreement.length < length) byAgreement.push(new Map());
      for (const counts of byAgreement.slice(0, length)) counts.set(next, (counts.get(next) ?? 0) + 1);
    }
    return byAgreement;
  }

  /** Where many different words followed, a new one is likely, and shorter agreements have their say. */
  #probability(word: number, orders: readonly Counts[]): number {
    const any = (this.#counts.get(word) ?? 0) / (this.#total + this.#counts.size);
    return orders.reduce((shorter, seen) => {
      const total = totalOf(seen);
      return ((seen.get(word) ?? 0) + seen.size * shorter) / (total + seen.size);
    }, any);
  }

  #unseen(orders: readonly Counts[]): number {
    const any = this.#counts.size / (this.#total + this.#counts.size);
    return orders.reduce((unseen, seen) => (unseen * seen.size) / (totalOf(seen) + seen.size), any);
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

function totalOf(counts: Counts): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
