/** Rows of one query, as text for people. */
import type { Database, NormalQueryResult, SQLiteValue } from 'node-sqlite3-wasm';
import { UserError, messageOf } from '../base/userError.ts';
import type { QueryResult } from '../protocol/databaseCalls.ts';

/** A cell longer than this is cut: it is a document, not a value to look at. */
const MAX_CHARACTERS = 200;

export function runQuery(database: Database, sql: string, maxRows: number): QueryResult {
  const query = sql.trim().replace(/;+\s*$/, '');
  if (!/^(?:SELECT|WITH|VALUES|EXPLAIN)\b/i.test(query)) {
    throw new UserError(
      'bad-argument',
      'Only queries are run on a database: the statement must begin with SELECT or WITH.',
    );
  }
  try {
    return read(database, query, maxRows);
  } catch (error) {
    throw new UserError('bad-argument', `SQLite refuses the statement: ${messageOf(error)}.`);
  }
}

function read(database: Database, query: string, maxRows: number): QueryResult {
  // Within another query, columns of the same name get names of their own.
  const statement = database.prepare(/^EXPLAIN/i.test(query) ? query : `SELECT * FROM (\n${query}\n)`);
  try {
    const columns: string[] = [];
    const rows: string[][] = [];
    for (const row of statement.iterate()) {
      if (rows.length === 0) columns.push(...Object.keys(row));
      if (rows.length === maxRows) return { columns, rows, isCut: true };
      rows.push(Object.values(row as NormalQueryResult).map(cell));
    }
    return { columns, rows, isCut: false };
  } finally {
    statement.finalize();
  }
}

function cell(value: SQLiteValue): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const text = typeof value === 'string' ? value : String(value);
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}
