/** SQL over one schema as a grammar: no table or column that does not exist can be written. */
import type { Grammar } from '../../base/grammar.ts';
import type { Schema } from '../../model/databaseSchema.ts';
import type { Constraint } from '../../model/generation.ts';
import { createCatalog, type CatalogOptions } from './catalog.ts';
import { QUERY } from './query.ts';
import { createReader } from './reader.ts';
import { newScope } from './scope.ts';
import type { State } from './state.ts';

/** What a request's constraint means. */
export function grammarOf({ schema, question, knownTexts }: Constraint): Grammar<State> {
  return createSqlGrammar(schema, { question, knownTexts });
}

/**
 * For a question, SQL as a careful person writes it: a model that may write every word in any case, or a query in place
 * of every table, takes an odd way around a word that it wants and cannot have. Without one, all SQL over the schema.
 */
export function createSqlGrammar(schema: Schema, options: CatalogOptions = {}): Grammar<State> {
  return createReader(QUERY, newScope(createCatalog(schema, options)));
}
