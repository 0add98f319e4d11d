/** Texts as ids, kept for the next request: what lies around a cursor is the same for many keystrokes. */
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { Words } from './words.ts';

const MAX_TEXTS = 32;

export class EncodedTexts {
  readonly words: Words;
  readonly #tokenizer: Tokenizer;
  /** Least recently used first. */
  readonly #known = new Map<string, readonly number[]>();

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
    this.words = new Words(tokenizer.vocabulary);
  }

  encode(text: string): readonly number[] {
    const ids = this.#known.get(text) ?? this.#tokenizer.encode(text);
    this.#known.delete(text);
    this.#known.set(text, ids);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_TEXTS && oldest !== undefined) this.#known.delete(oldest);
    return ids;
  }
}
