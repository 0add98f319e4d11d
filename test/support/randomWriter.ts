/** Writes at random what a mask allows, with the habits of some example statements: each token as often as it follows there. */
import type { Schema } from '../../src/model/databaseSchema.ts';
import type { CatalogOptions } from '../../src/sql/grammar/catalog.ts';
import { END_OF_TEXT } from '../../src/tokenizer/vocabulary.ts';
import type { Masks } from './sqlReading.ts';

const MAX_TOKENS = 120;
/** Another token than any that followed in the examples. */
const SURPRISE = 0.03;
/** From this many tokens on, what has been opened is closed. */
const LONG = 20;
const CLOSING = [';', ')'];
const CLOSING_QUOTES = ["'", '"', '`', ']'];
/** Only within quotes nearly everything may come. */
const WITHIN_QUOTES = 20_000;

export class RandomWriter {
  readonly #masks: Masks;
  readonly #random: () => number;
  /** What followed each token; before the first stands the end of a text. */
  readonly #followers = new Map<number, number[]>();
  readonly #end: number;
  readonly #known: readonly number[];

  constructor(masks: Masks, examples: readonly string[], random: () => number) {
    this.#masks = masks;
    this.#random = random;
    for (const example of examples) {
      const ids = masks.tokenizer.encode(example.endsWith(';') ? example : `${example};`);
      for (const [index, id] of ids.entries()) {
        const before = ids[index - 1] ?? END_OF_TEXT;
        this.#followers.set(before, [...(this.#followers.get(before) ?? []), id]);
      }
    }
    this.#end = masks.tokenizer.encode(';')[0]!;
    this.#known = [...new Set([...this.#followers.values()].flat())];
  }

  write(schema: Schema, options: CatalogOptions = {}): { sql: string; end: 'finished' | 'stuck' | 'long' } {
    const mask = this.#masks.create(schema, options);
    const ids: number[] = [];
    while (!mask.isFinished()) {
      if (ids.length === MAX_TOKENS) return { sql: this.#masks.tokenizer.decode(ids), end: 'long' };
      const allowed = mask.allowed(new Uint8Array()).filter((id) => id !== END_OF_TEXT);
      if (allowed.length === 0) return { sql: this.#masks.tokenizer.decode(ids), end: 'stuck' };
      const id = this.#choose(new Set(allowed), ids.at(-1) ?? END_OF_TEXT, ids.length);
      mask.accept(id, 0);
      ids.push(id);
    }
    return { sql: this.#masks.tokenizer.decode(ids), end: 'finished' };
  }

  #closing(allowed: ReadonlySet<number>): number[] {
    const signs = allowed.size > WITHIN_QUOTES ? CLOSING_QUOTES : CLOSING;
    return signs.flatMap((sign) => this.#masks.tokenizer.encode(sign)).filter((id) => allowed.has(id));
  }

  #choose(allowed: ReadonlySet<number>, before: number, nTokens: number): number {
    const usual = (this.#followers.get(before) ?? []).filter((id) => allowed.has(id));
    const known = this.#known.filter((id) => allowed.has(id));
    const closing = nTokens > LONG ? this.#closing(allowed) : [];
    if (closing.length > 0 && this.#random() < 0.9)
      return closing[closing[0] === this.#end ? 0 : Math.floor(this.#random() * closing.length)]!;
    const from = [usual, known, [...allowed]].find(
      (ids, index) => ids.length > 0 && (index === 2 || this.#random() >= SURPRISE),
    );
    return from![Math.floor(this.#random() * from!.length)]!;
  }
}
