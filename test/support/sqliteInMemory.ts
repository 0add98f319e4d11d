/** The real SQLite, as the evaluation wants it. */
import { loadSqlite } from '../../src/cli/sqlite.ts';
import type { Database } from '../../src/evaluation/sql/database.ts';

export const openSqlite = await loadSqlite();

/** Closed again whatever happens. */
export function withSqlite<T>(use: (database: Database) => T, ...statements: readonly string[]): T {
  const database = openSqlite();
  try {
    for (const statement of statements) database.exec(statement);
    return use(database);
  } finally {
    database.close();
  }
}
