/** Feeds statements to the grammar, byte by byte or token by token. */
import { createTokenMask, type TokenMask } from '../../src/engine/tokenMask.ts';
import type { CatalogOptions } from '../../src/sql/grammar/catalog.ts';
import { createSqlGrammar } from '../../src/sql/grammar/sqlGrammar.ts';
import type { Schema } from '../../src/model/databaseSchema.ts';
import { TokenTrie } from '../../src/tokenizer/tokenTrie.ts';
import { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import type { TokenizerName } from '../../src/tokenizer/tokenizerName.ts';
import { END_OF_TEXT } from '../../src/tokenizer/vocabulary.ts';

/** undefined where the statement is taken whole, else what had been read when it was refused. */
export function refusedAt(
  statement: string,
  schema: Schema,
  options: CatalogOptions = {},
): string | undefined {
  const grammar = createSqlGrammar(schema, options);
  let state = grammar.initial;
  const bytes = Buffer.from(statement);
  for (const [index, byte] of bytes.entries()) {
    const next = grammar.step(state, byte);
    if (next === undefined) return bytes.toString('utf8', 0, index + 1);
    state = next;
  }
  return grammar.isComplete(state) ? undefined : `${statement} …`;
}

export class Masks {
  readonly tokenizer: Tokenizer;
  readonly #trie: TokenTrie;

  constructor(name: TokenizerName) {
    this.tokenizer = new Tokenizer(name);
    this.#trie = new TokenTrie(this.tokenizer.vocabulary, Infinity);
  }

  create(schema: Schema, options: CatalogOptions = {}): TokenMask {
    const { vocabulary } = this.tokenizer;
    return createTokenMask(createSqlGrammar(schema, options), { trie: this.#trie, vocabulary });
  }

  /** undefined where every token may come, and the end behind the last. */
  refusedAt(statement: string, schema: Schema): string | undefined {
    const mask = this.create(schema);
    const ids = this.tokenizer.encode(statement);
    for (const [index, id] of [...ids, END_OF_TEXT].entries()) {
      if (!mask.allowed(new Uint8Array()).includes(id)) return this.tokenizer.decode(ids.slice(0, index + 1));
      if (id !== END_OF_TEXT) mask.accept(id, 0);
    }
    return undefined;
  }
}
