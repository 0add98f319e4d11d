/** Prepares statements over tables that hold nothing: what SQLite says to a statement before it runs. */
import { Database } from 'node-sqlite3-wasm';
import { messageOf } from '../base/userError.ts';
import { nameKey, type Schema } from '../model/databaseSchema.ts';

export class Preparer {
  #key = '';
  #database: Database | undefined;

  prepare(schema: Schema, sql: string): { problem?: string } {
    try {
      this.#over(schema).prepare(sql).finalize();
      return {};
    } catch (error) {
      return { problem: messageOf(error) };
    }
  }

  /** The last schema's tables are kept: several statements are prepared over the same. */
  #over(schema: Schema): Database {
    const statements = schema.tables.map(bareTable);
    const key = statements.join('');
    if (this.#database === undefined || key !== this.#key) {
      this.#database?.close();
      this.#database = new Database();
      this.#key = key;
      for (const statement of statements) this.#database.exec(statement);
    }
    return this.#database;
  }
}

/** Names alone: types, defaults and checks of other dialects would be refused and change nothing here. */
function bareTable({ name, columns }: Schema['tables'][number]): string {
  const names = new Map(columns.map((column) => [nameKey(column.name), quoted(column.name)]));
  return `CREATE TABLE ${quoted(name)} (${[...names.values()].join(', ')});`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
