/** Schemas for a question, and what a database says to its answer: the same for the editor and the terminal. */
import type { Dialect, Schema } from '../model/databaseSchema.ts';
import { dialectOf, tablesOf, unclosed } from '../sql/ddl.ts';
import { schemaStatements } from '../sql/schema.ts';
import type { Preparing } from '../tasks/translateQuestion.ts';
import type { DatabaseCallOptions, DatabaseClient } from './databaseClient.ts';

/**
 * The schema that SQL texts make, one after the other. Where SQLite runs them, it says what the tables are; else their
 * names are read.
 */
export async function schemaOfTexts(
  texts: readonly string[],
  client: DatabaseClient,
  dialect: Dialect = dialectOf(texts.join('\n')),
): Promise<Schema> {
  const statements = texts.flatMap(schemaStatements);
  if (dialect !== 'sqlite')
    return { dialect, tables: tablesOf(statements, dialect), problems: unclosed(statements) };
  const { schema, problems } = await client.call('schemaOf', { statements });
  return { dialect, tables: schema?.tables ?? tablesOf(statements, dialect), problems };
}

/** SQLite prepares statements over the schema; those of other dialects are parsed, which says nothing of their names. */
export function preparingWith(client: DatabaseClient, options: DatabaseCallOptions = {}): Preparing {
  return async (sql, schema) => {
    const { problem } = await client.call('prepare', { schema, sql }, options);
    if (problem !== undefined) return { kind: 'refused', problem };
    return { kind: schema.dialect === 'sqlite' ? 'prepared' : 'unknown' };
  };
}
