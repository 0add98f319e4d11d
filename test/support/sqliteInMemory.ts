/** The real SQLite, closed again whatever happens. */
import { openMemoryDatabase, type MemoryDatabase } from '../../src/database/memoryDatabase.ts';

export function withSqlite<T>(use: (database: MemoryDatabase) => T, ...statements: readonly string[]): T {
  const database = openMemoryDatabase();
  try {
    for (const statement of statements) database.exec(statement);
    return use(database);
  } finally {
    database.close();
  }
}
