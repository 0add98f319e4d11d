/** SQLite in memory for commands that judge SQL. It is loaded when it is needed. */
import type { Database, OpenDatabase } from '../evaluation/sql/database.ts';

export async function loadSqlite(): Promise<OpenDatabase> {
  const { default: sqlite } = await import('node-sqlite3-wasm');
  return (): Database => {
    const database = new sqlite.Database();
    return {
      exec: (sql) => database.exec(sql),
      run: (sql, values) => database.run(sql, [...values]).changes,
      all: (sql) => database.all(sql) as ReturnType<Database['all']>,
      prepare: (sql) => database.prepare(sql).finalize(),
      close: () => database.close(),
    };
  };
}
