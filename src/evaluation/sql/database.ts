/** What the evaluation needs of SQLite. The command brings the real one, and so do the tests. */

export type SqlValue = number | bigint | string | Uint8Array | null;
export type SqlRow = readonly SqlValue[];

/** One database in memory. Every method throws SQLite's own message. */
export type Database = {
  /** Runs statements for what they do. */
  readonly exec: (sql: string) => void;
  /** Runs one statement with values in place of its question marks, and says how many rows it changed. */
  readonly run: (sql: string, values: readonly SqlValue[]) => number;
  /** Its rows by column name: of two columns with the same name one is lost. */
  readonly all: (sql: string) => Readonly<Record<string, SqlValue>>[];
  /** Compiles one statement against the schema, without running it. */
  readonly prepare: (sql: string) => void;
  readonly close: () => void;
};

export type OpenDatabase = () => Database;

/**
 * The rows of a query, all columns of them: in a subquery SQLite gives two columns of the same name different ones, and
 * keeps the order.
 *
 * @param most so many at the most; SQLite looks for no more
 */
export function rowsOf(database: Database, query: string, most?: number): SqlRow[] {
  const limit = most === undefined ? '' : ` LIMIT ${most}`;
  return database.all(`SELECT * FROM (${withoutEnd(query)}\n)${limit}`).map((row) => Object.values(row));
}

/** The failure's message; undefined where it prepares. */
export function failureToPrepare(database: Database, sql: string): string | undefined {
  try {
    database.prepare(sql);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function withoutEnd(sql: string): string {
  return sql.trim().replace(/(?:;\s*)+$/, '');
}

export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
