/**
 * A vocabulary as a tree over bytes, so that all tokens which a grammar allows are found without trying each. Nodes are
 * numbered depth first: what lies below a node is a run of numbers, and its tokens are a run of `ids`.
 */
import { isDigitByte, isTextByte, isWordByte, type ByteClass } from '../base/grammar.ts';
import type { Vocabulary } from './vocabulary.ts';

const IN_CLASS: Readonly<Record<ByteClass, (byte: number) => boolean>> = {
  digits: isDigitByte,
  word: isWordByte,
  text: isTextByte,
};

const BIT: Readonly<Record<ByteClass, number>> = { digits: 1, word: 2, text: 4 };
const ALL_BITS = 7;

const CLASSES_OF = Uint8Array.from({ length: 256 }, (_, byte) =>
  Object.entries(IN_CLASS).reduce(
    (bits, [name, isIn]) => bits | (isIn(byte) ? BIT[name as ByteClass] : 0),
    0,
  ),
);

export class TokenTrie {
  readonly root = 0;
  /** Tokens in the order of their bytes. */
  readonly ids: Int32Array;
  readonly #bytes: number[] = [0];
  /** A child's number is one more than its parent's, or the `#end` of the sibling before it. */
  readonly #end: number[] = [0];
  readonly #firstId: number[] = [0];
  readonly #endId: number[] = [0];
  /** Whether a token ends at the node. */
  readonly #isToken: boolean[] = [false];
  /** Classes that hold every byte below the node. */
  readonly #pure: number[] = [ALL_BITS];

  /** @param below ids from here on are left out */
  constructor(vocabulary: Vocabulary, below: number) {
    const tokens: { readonly id: number; readonly bytes: Uint8Array }[] = [];
    for (let id = 0; id < Math.min(below, vocabulary.size); id++) {
      const bytes = vocabulary.bytesOf(id);
      if (bytes !== undefined && bytes.length > 0) tokens.push({ id, bytes });
    }
    tokens.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    this.ids = Int32Array.from(tokens, ({ id }) => id);
    this.#build(tokens.map(({ bytes }) => bytes));
  }

  firstChild(node: number): number {
    return node + 1;
  }

  /** One more than the last node below; also the next sibling, if there is one. */
  end(node: number): number {
    return this.#end[node] ?? 0;
  }

  byte(node: number): number {
    return this.#bytes[node] ?? 0;
  }

  /** Where the tokens at and below the node begin in `ids`, and end. */
  firstId(node: number): number {
    return this.#firstId[node] ?? 0;
  }

  endId(node: number): number {
    return this.#endId[node] ?? 0;
  }

  isToken(node: number): boolean {
    return this.#isToken[node] === true;
  }

  isPure(node: number, byteClass: ByteClass): boolean {
    return ((this.#pure[node] ?? 0) & BIT[byteClass]) !== 0;
  }

  #build(tokens: readonly Uint8Array[]): void {
    const path = [this.root];
    let last = new Uint8Array();
    for (const [index, bytes] of tokens.entries()) {
      let shared = 0;
      while (shared < last.length && last[shared] === bytes[shared]) shared++;
      while (path.length > shared + 1) this.#close(path, index);
      for (const byte of bytes.subarray(shared)) path.push(this.#open(byte, index));
      this.#isToken[path.at(-1) ?? this.root] = true;
      last = Uint8Array.from(bytes);
    }
    while (path.length > 0) this.#close(path, tokens.length);
  }

  #open(byte: number, firstId: number): number {
    this.#bytes.push(byte);
    this.#end.push(0);
    this.#firstId.push(firstId);
    this.#endId.push(firstId);
    this.#isToken.push(false);
    return this.#pure.push(ALL_BITS) - 1;
  }

  /** The last node of the path is complete; its parent hears which classes it keeps. */
  #close(path: number[], endId: number): void {
    const node = path.pop() ?? this.root;
    this.#end[node] = this.#bytes.length;
    this.#endId[node] = endId;
    const parent = path.at(-1);
    if (parent === undefined) return;
    const byte = this.byte(node);
    this.#pure[parent] = (this.#pure[parent] ?? 0) & (this.#pure[node] ?? 0) & (CLASSES_OF[byte] ?? 0);
  }
}
