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
  /** Ids by the first byte of their text. */
  readonly #byFirstByte: readonly number[][];

  constructor(runs: readonly WhitespaceRun[]) {
    this.#bytes = [...bytePairBytes(), new Uint8Array(), ...runs.flatMap(runBytes)];
    this.#byFirstByte = Array.from({ length: 256 }, () => []);
    for (const [id, bytes] of this.#bytes.entries()) {
      if (bytes[0] !== undefined) this.#byFirstByte[bytes[0]]?.push(id);
    }
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
    const candidates = this.#byFirstByte[wanted[0] ?? 0] ?? [];
    return candidates.filter((id) => agree(this.#bytes[id] ?? wanted, wanted));
  }
}

/** Whether one begins with the other. */
function agree(a: Uint8Array, b: Uint8Array): boolean {
  const end = Math.min(a.length, b.length);
  let index = 0;
  while (index < end && a[index] === b[index]) index++;
  return index === end;
}

function bytePairBytes(): Uint8Array[] {
  const utf8 = new TextEncoder();
  return bytePairs.map((token) => (typeof token === 'string' ? utf8.encode(token) : Uint8Array.from(token)));
}

function runBytes({ character, shortest, longest }: WhitespaceRun): Uint8Array[] {
  const lengths = Array.from({ length: longest - shortest + 1 }, (_, index) => longest - index);
  return lengths.map((length) => new TextEncoder().encode(character.repeat(length)));
}
