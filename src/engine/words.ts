/** Tokens as words: a word is the same with and without the space that a byte-pair token may begin with. */
import type { Vocabulary } from '../tokenizer/vocabulary.ts';

const SPACE = 0x20;
const TAB = 0x09;

export class Words {
  readonly #vocabulary: Vocabulary;
  /** Id → the id of the same word without a space before it. */
  readonly #bare: Int32Array;
  /** The other way; 0 where there is none. */
  readonly #spaced: Int32Array;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#bare = Int32Array.from({ length: vocabulary.size }, (_, id) => id);
    this.#spaced = new Int32Array(vocabulary.size);
    const byText = new Map<string, number>();
    for (let id = 0; id < vocabulary.size; id++) byText.set(this.#textOf(id), id);
    for (let id = 0; id < vocabulary.size; id++) {
      const text = this.#textOf(id);
      const bare = text.startsWith(' ') ? byText.get(text.slice(1)) : undefined;
      if (bare === undefined || this.isSpace(id)) continue;
      this.#bare[id] = bare;
      this.#spaced[bare] = id;
    }
  }

  /** The word of a token. */
  of(id: number): number {
    return this.#bare[id] ?? id;
  }

  /** The tokens of a word. */
  idsOf(word: number): readonly number[] {
    const spaced = this.#spaced[word] ?? 0;
    return spaced === 0 ? [word] : [word, spaced];
  }

  /** Spaces and tabs alone. */
  isSpace(word: number): boolean {
    const bytes = this.#vocabulary.bytesOf(word);
    return bytes !== undefined && bytes.every((byte) => byte === SPACE || byte === TAB);
  }

  bytesOf(word: number): number {
    return this.#vocabulary.bytesOf(word)?.length ?? 0;
  }

  #textOf(id: number): string {
    return String.fromCharCode(...(this.#vocabulary.bytesOf(id) ?? []));
  }
}
