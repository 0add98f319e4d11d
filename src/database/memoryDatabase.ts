/** A database in memory, in the thread that asks for it: for statements whose running time is known to be short. */
import { Database } from 'node-sqlite3-wasm';

type Value = number | bigint | string | Uint8Array | null;

export type MemoryDatabase = {
  readonly exec: (sql: string) => void;
  readonly run: (sql: string, values: readonly Value[]) => number;
  readonly all: (sql: string) => Record<string, Value>[];
  readonly prepare: (sql: string) => void;
  readonly close: () => void;
};

export function openMemoryDatabase(): MemoryDatabase {
  const database = new Database();
  return {
    exec: (sql) => database.exec(sql),
    run: (sql, values) => database.run(sql, [...values]).changes,
    // Without `expand`, rows are flat.
    all: (sql) => database.all(sql) as Record<string, Value>[],
    prepare: (sql) => database.prepare(sql).finalize(),
    close: () => database.close(),
  };
}
