/** Words in the order of their bytes. What has been read of a word is a run of them, which every byte makes shorter. */

export type Word = {
  /** UTF-8, one character a byte; lower case where case does not matter. */
  readonly bytes: string;
  /** As it was given. */
  readonly text: string;
  /** What the word means: the key of a name. */
  readonly key: string;
};

export type WordList = { readonly words: readonly Word[]; readonly isExact: boolean };

/** Lists in which the case of letters matters, of lists in which it does not. */
const EXACT = new WeakMap<WordList, WordList>();

/** The same words, to be written just as they were given. */
export function exactly(list: WordList): WordList {
  const exact = EXACT.get(list) ?? wordList(list.words, true);
  EXACT.set(list, exact);
  return exact;
}

/** Words that begin with the `length` bytes that have been read: those from `from` up to `to`. */
export type Cursor = {
  readonly list: WordList;
  readonly from: number;
  readonly to: number;
  readonly length: number;
  /** Words that may be meant; undefined: all. */
  readonly filter: Filter | undefined;
};

export class Filter {
  readonly #accepts: (key: string) => boolean;
  readonly #known = new Map<string, boolean>();

  constructor(accepts: (key: string) => boolean) {
    this.#accepts = accepts;
  }

  accepts(key: string): boolean {
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#accepts(key);
      this.#known.set(key, known);
    }
    return known;
  }
}

export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function foldByte(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** @param isExact the case of letters matters */
export function wordList(
  words: readonly { readonly text: string; readonly key: string }[],
  isExact = false,
): WordList {
  const list = words.map(({ text, key }) => ({
    ...{ text, key },
    bytes: isExact ? bytesOf(text) : foldBytes(bytesOf(text)),
  }));
  return { words: list.sort((a, b) => (a.bytes < b.bytes ? -1 : a.bytes > b.bytes ? 1 : 0)), isExact };
}

export function startOf(list: WordList, filter?: Filter): Cursor | undefined {
  return alive({ list, from: 0, to: list.words.length, length: 0, filter });
}

export function advance({ list, from, to, length, filter }: Cursor, byte: number): Cursor | undefined {
  const code = list.isExact ? byte : foldByte(byte);
  const { words } = list;
  const start = firstAtLeast(words, { from, to, length, code });
  const end = firstAtLeast(words, { from: start, to, length, code: code + 1 });
  return start < end ? alive({ list, from: start, to: end, length: length + 1, filter }) : undefined;
}

/** What the word means if it ends here. */
export function* endingsOf({ list, from, to, length, filter }: Cursor): Generator<string> {
  for (let index = from; index < to; index++) {
    const word = list.words[index];
    if (word?.bytes.length !== length) return;
    if (filter?.accepts(word.key) !== false) yield word.key;
  }
}

function alive(cursor: Cursor): Cursor | undefined {
  const { list, from, to, filter } = cursor;
  if (filter === undefined) return from < to ? cursor : undefined;
  for (let index = from; index < to; index++) if (filter.accepts(list.words[index]?.key ?? '')) return cursor;
  return undefined;
}

/** The first word whose byte number `length` is at least `code`; words that end before it come first. */
function firstAtLeast(
  words: readonly Word[],
  { from, to, length, code }: { from: number; to: number; length: number; code: number },
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    // Behind the end of a word this is NaN, which is not at least anything.
    const at = words[middle]?.bytes.charCodeAt(length) ?? Number.NaN;
    if (at >= code) high = middle;
    else low = middle + 1;
  }
  return low;
}

function foldBytes(bytes: string): string {
  return bytes.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
