/** Which tokens a grammar allows next: its state walks the tree of the vocabulary, so a token may end anywhere in a word. */
import type { Grammar } from '../base/grammar.ts';
import type { Constraint } from '../model/generation.ts';
import { TokenTrie } from '../tokenizer/tokenTrie.ts';
import { END_OF_TEXT, type Vocabulary } from '../tokenizer/vocabulary.ts';

/** What an answer asks before each token, and tells after it. */
export type TokenMask = {
  /**
   * @param begun bytes that stand there already and that the next token must agree with
   * @param isLate room runs short: where the text may end, or something can be closed, nothing else is allowed
   */
  readonly allowed: (begun: Uint8Array, isLate?: boolean) => readonly number[];
  /** @param skipBytes leading bytes of the token that stand there already */
  readonly accept: (id: number, skipBytes: number) => void;
  /** Nothing may follow. */
  readonly isFinished: () => boolean;
};

/** Who knows what a constraint means. */
export type GrammarOf = (constraint: Constraint) => Grammar;

/** For an engine that is never asked under a constraint. */
export function noGrammar(): Grammar {
  throw new Error('Broken invariant: nobody has said what a constraint means');
}

/** Masks for the answers of one model. */
export class TokenMasks {
  readonly #vocabulary: Vocabulary;
  readonly #nKnownIds: number;
  readonly #grammarOf: GrammarOf;
  /** Made when the first is asked for: most generations do without. */
  #trie: TokenTrie | undefined;
  /** A question has several answers, one request after the other, and a large schema takes its time to be read. */
  #last: { readonly key: string; readonly grammar: Grammar } | undefined;

  constructor(model: { readonly vocabulary: Vocabulary; readonly nKnownIds: number }, grammarOf: GrammarOf) {
    this.#vocabulary = model.vocabulary;
    this.#nKnownIds = model.nKnownIds;
    this.#grammarOf = grammarOf;
  }

  create(constraint: Constraint): TokenMask {
    this.#trie ??= new TokenTrie(this.#vocabulary, this.#nKnownIds);
    const key = JSON.stringify(constraint);
    if (this.#last?.key !== key) this.#last = { key, grammar: this.#grammarOf(constraint) };
    return createTokenMask(this.#last.grammar, { trie: this.#trie, vocabulary: this.#vocabulary });
  }
}

export function createTokenMask<State>(
  grammar: Grammar<State>,
  { trie, vocabulary }: { readonly trie: TokenTrie; readonly vocabulary: Vocabulary },
): TokenMask {
  let state = grammar.initial;
  return {
    allowed: (begun, isLate = false) => {
      if (isLate && begun.length === 0 && grammar.isComplete(state)) return [END_OF_TEXT];
      const ids: number[] = [];
      const node = walkBegun(trie, begun, ids);
      if (node !== undefined) collect({ grammar, trie, ids }, node, state);
      if (begun.length === 0 && grammar.isComplete(state)) ids.push(END_OF_TEXT);
      return isLate ? closing(ids, grammar.closer(state), vocabulary) : ids;
    },
    accept: (id, skipBytes) => {
      for (const byte of vocabulary.bytesOf(id)?.subarray(skipBytes) ?? [])
        state = grammar.step(state, byte) ?? state;
    },
    isFinished: () => grammar.isFinished(state),
  };
}

/** The token that is the byte and nothing else, where it is among them. */
function closing(ids: readonly number[], closer: number, vocabulary: Vocabulary): readonly number[] {
  const closers = ids.filter((id) => vocabulary.bytesOf(id)?.toString() === String(closer));
  return closers.length > 0 ? closers : ids;
}

/** Down to where the bytes lead, with the tokens that end on the way. undefined: no token goes on behind them. */
function walkBegun(trie: TokenTrie, begun: Uint8Array, ids: number[]): number | undefined {
  let node: number | undefined = trie.root;
  for (const byte of begun) {
    if (node !== trie.root) pushToken(trie, node, ids);
    node = childAt(trie, node, byte);
    if (node === undefined) return undefined;
  }
  if (node !== trie.root) pushToken(trie, node, ids);
  return node;
}

function childAt(trie: TokenTrie, node: number, byte: number): number | undefined {
  const end = trie.end(node);
  for (let child = trie.firstChild(node); child < end; child = trie.end(child))
    if (trie.byte(child) === byte) return child;
  return undefined;
}

function pushToken(trie: TokenTrie, node: number, ids: number[]): void {
  if (trie.isToken(node)) ids.push(trie.ids[trie.firstId(node)] ?? 0);
}

type Walk<State> = {
  readonly grammar: Grammar<State>;
  readonly trie: TokenTrie;
  readonly ids: number[];
};

/** Tokens below `node` whose bytes from there on the grammar takes. */
function collect<State>(walk: Walk<State>, node: number, state: State): void {
  const { grammar, trie, ids } = walk;
  const end = trie.end(node);
  for (let child = trie.firstChild(node); child < end; child = trie.end(child)) {
    const next = grammar.step(state, trie.byte(child));
    if (next === undefined) continue;
    const free = grammar.absorbs(next);
    if (free !== undefined && trie.isPure(child, free)) {
      for (let index = trie.firstId(child); index < trie.endId(child); index++)
        ids.push(trie.ids[index] ?? 0);
      continue;
    }
    pushToken(trie, child, ids);
    collect(walk, child, next);
  }
}
