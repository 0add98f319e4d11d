/**
 * The bytes that each token stands for. GPT-J and CodeGen share GPT-2's 50,257 byte-pair tokens; CodeGen adds
 * runs of spaces and of tabs behind them, so that an indentation is one token.
 * Source: https://huggingface.co/Salesforce/codegen-350M-mono/blob/main/added_tokens.json
 */
import bytePairs from 'gpt-tokenizer/bpeRanks/r50k_base';

export const END_OF_TEXT = 50_256;

/** An added run: `id` stands for `length` times the same character. */
export type WhitespaceRun = {
  readonly character: ' ' | '\t';
  readonly shortest: 2;
  readonly longest: number;
  readonly lastId: number;
};

/** The longest run has the smallest id: 31 spaces = 50257 … 2 spaces = 50286; 9 tabs = 50287 … 2 tabs = 50294. */
export const CODEGEN_RUNS: readonly WhitespaceRun[] = [
  { character: ' ', shortest: 2, longest: 31, lastId: 50_286 },
  { character: '\t', shortest: 2, longest: 9, lastId: 50_294 },
];

export function runId({ lastId, shortest }: WhitespaceRun, length: number): number {
  return lastId - (length - shortest);
}

export class Vocabulary {
  /** Bytes of every token that the tokenizer knows; the end-of-text token has none. */
  readonly #bytes: readonly Uint8Array[];
  /** Ids ordered by their bytes, for look-ups by prefix. Made on first use. */
  #ordered: Uint32Array | undefined;

  constructor(runs: readonly WhitespaceRun[]) {
    this.#bytes = [...bytePairBytes(), new Uint8Array(), ...runs.flatMap(runBytes)];
  }

  /** Ids from here on are rows of the model that no text stands behind. */
  get size(): number {
    return this.#bytes.length;
  }

  /** undefined for an id that the tokenizer does not know. */
  bytesOf(id: number): Uint8Array | undefined {
    return this.#bytes[id];
  }

  /** Every token that could come next where the text must go on with `wanted`: it begins so, or is a beginning of it. */
  compatibleWith(wanted: Uint8Array): number[] {
    const ids = this.#idsBeginningWith(wanted);
    for (let length = 1; length < wanted.length; length++) {
      const beginning = wanted.subarray(0, length);
      ids.push(...this.#idsBeginningWith(beginning).filter((id) => this.#bytes[id]?.length === length));
    }
    return ids;
  }

  #idsBeginningWith(prefix: Uint8Array): number[] {
    this.#ordered ??= Uint32Array.from(this.#bytes.keys()).sort((a, b) =>
      Buffer.compare(this.#at(a), this.#at(b)),
    );
    const ids: number[] = [];
    for (let at = this.#firstNotBelow(this.#ordered, prefix); at < this.#ordered.length; at++) {
      const id = this.#ordered[at] ?? 0;
      if (Buffer.compare(this.#at(id).subarray(0, prefix.length), prefix) !== 0) break;
      ids.push(id);
    }
    return ids;
  }

  #firstNotBelow(ordered: Uint32Array, wanted: Uint8Array): number {
    let low = 0;
    let high = ordered.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Buffer.compare(this.#at(ordered[middle] ?? 0), wanted) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #at(id: number): Uint8Array {
    return this.#bytes[id] ?? new Uint8Array();
  }
}

function bytePairBytes(): Uint8Array[] {
  const utf8 = new TextEncoder();
  return bytePairs.map((token) => (typeof token === 'string' ? utf8.encode(token) : Uint8Array.from(token)));
}

function runBytes({ character, shortest, longest }: WhitespaceRun): Uint8Array[] {
  const lengths = Array.from({ length: longest - shortest + 1 }, (_, index) => longest - index);
  return lengths.map((length) => new TextEncoder().encode(character.repeat(length)));
}
