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
  return createSqlGrammar(schema);
}

export function createSqlGrammar(schema: Schema): Grammar<State> {
  return createReader(QUERY, newScope(createCatalog(schema)));
}
