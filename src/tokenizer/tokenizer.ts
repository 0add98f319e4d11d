/**
 * Text ↔ token ids. `decode(encode(text)) === text` for every well-formed string.
 *
 * Two traps of gpt-tokenizer are kept away from everybody else: it throws on texts that contain a special token,
 * and its decoder is shared, so that a character cut in half leaks into the next call.
 */
import { encode as encodeBytePairs } from 'gpt-tokenizer/encoding/r50k_base';
import type { TokenizerName } from './tokenizerName.ts';
import { CODEGEN_RUNS, runId, Vocabulary } from './vocabulary.ts';

/** Byte-pair merging is quadratic in the length of one word, so a longer run of characters is encoded in pieces. */
const LONGEST_WORD = 512;

const PLAIN_TEXT = { disallowedSpecial: new Set<string>() };

/** Texts alternate: what is between two matches, a match, … The group is the run's character. */
const RUN_OF_WHITESPACE = /( {2,31}|\t{2,9})/;

export class Tokenizer {
  readonly name: TokenizerName;
  readonly vocabulary: Vocabulary;

  constructor(name: TokenizerName) {
    this.name = name;
    this.vocabulary = new Vocabulary(name === 'codegen' ? CODEGEN_RUNS : []);
  }

  /** Special tokens in the text are text like any other. */
  encode(text: string): number[] {
    if (this.name === 'gpt2') return encodeText(text);
    const ids: number[] = [];
    for (const [index, piece] of text.split(RUN_OF_WHITESPACE).entries()) {
      if (index % 2 === 0) pushAll(ids, encodeText(piece));
      else ids.push(whitespaceId(piece));
    }
    return ids;
  }

  decode(ids: Iterable<number>): string {
    const decoder = new TokenDecoder(this.vocabulary);
    let text = '';
    for (const id of ids) text += decoder.push(id);
    return text + decoder.end();
  }
}

/** Decodes one stream of tokens. A character whose bytes are spread over tokens comes out with the last of them. */
export class TokenDecoder {
  readonly #vocabulary: Vocabulary;
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** @param skipBytes leading bytes of the token that are left out */
  push(id: number, skipBytes = 0): string {
    const bytes = this.#vocabulary.bytesOf(id) ?? new Uint8Array();
    return this.#utf8.decode(bytes.subarray(skipBytes), { stream: true });
  }

  /** What is left: U+FFFD where the stream ended inside a character. */
  end(): string {
    return this.#utf8.decode();
  }
}

function whitespaceId(run: string): number {
  const kind = CODEGEN_RUNS.find(({ character }) => run.startsWith(character));
  return kind === undefined ? 0 : runId(kind, run.length);
}

function encodeText(text: string): number[] {
  const ids: number[] = [];
  for (const piece of cutLongWords(text)) pushAll(ids, encodeBytePairs(piece, PLAIN_TEXT));
  return ids;
}

/** Cuts after every LONGEST_WORD characters without (or of nothing but) whitespace, never inside a character. */
function cutLongWords(text: string): string[] {
  const cuts = new RegExp(`\\S{${LONGEST_WORD}}|\\s{${LONGEST_WORD}}`, 'gu');
  const pieces: string[] = [];
  let start = 0;
  for (const match of text.matchAll(cuts)) {
    const end = match.index + match[0].length;
    pieces.push(text.slice(start, end));
    start = end;
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** Appends without spreading, which overflows the stack on long lists. */
function pushAll(target: number[], ids: readonly number[]): void {
  for (const id of ids) target.push(id);
}
