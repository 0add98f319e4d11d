/** SQL over one schema as a grammar: no table or column that does not exist can be written. */
import type { Grammar } from '../../base/grammar.ts';
import type { Schema } from '../../model/databaseSchema.ts';
import type { Constraint } from '../../model/generation.ts';
import { createCatalog } from './catalog.ts';
import { QUERY } from './query.ts';
import { createReader } from './reader.ts';
import { newScope } from './scope.ts';
import type { State } from './state.ts';

/** What a request's constraint means. */
export function grammarOf({ schema }: Constraint): Grammar<State> {
  return createSqlGrammar(schema, { isStrict: true });
}

/**
 * @property isStrict as a careful person writes: a model that may write every word in any case, or a query in place of
 * every table, takes an odd way around a word that it wants and cannot have
 */
export function createSqlGrammar(schema: Schema, { isStrict = false } = {}): Grammar<State> {
  return createReader(QUERY, newScope(createCatalog(schema, isStrict)));
}
