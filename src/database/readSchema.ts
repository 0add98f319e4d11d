/** The tables of a database, or of statements that SQLite runs: what it says of them itself. */
import { Database } from 'node-sqlite3-wasm';
import { messageOf } from '../base/userError.ts';
import type { Column, ForeignKey, Schema, StatementProblem, Table } from '../model/databaseSchema.ts';
import { firstWords } from '../sql/schema.ts';

type Row = Readonly<Record<string, unknown>>;

export function readSchema(database: Database): Schema {
  const tables = database.all(
    `SELECT name, sql FROM sqlite_schema
     WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`,
  );
  return { dialect: 'sqlite', tables: tables.map((row) => readTable(database, row)) };
}

/** What the statements make; of those that SQLite refuses, the ones that are no SQL are told. */
export function schemaOf(statements: readonly string[]): {
  readonly schema?: Schema;
  readonly problems: readonly StatementProblem[];
} {
  const database = new Database();
  try {
    const refusals = statements.flatMap((statement) => {
      const problem = refusal(database, statement);
      return problem === undefined ? [] : [{ statement: firstWords(statement), problem }];
    });
    const problems = refusals.filter(({ problem }) => NOT_PARSED.test(problem));
    return { problems, ...(refusals.length === 0 && { schema: readSchema(database) }) };
  } finally {
    database.close();
  }
}

/** Other refusals are about the order of files, as of a table that is there already. */
const NOT_PARSED = /syntax error|incomplete input|unrecognized token/;

function refusal(database: Database, statement: string): string | undefined {
  try {
    database.exec(statement);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function readTable(database: Database, { name, sql }: Row): Table {
  const columns = database.all(`SELECT * FROM pragma_table_xinfo(?) WHERE hidden <> 1`, [text(name)]);
  const links = database.all(`SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq`, [text(name)]);
  const isTable = /^CREATE\s+(?:TEMP\w*\s+)?TABLE/i.test(text(sql));
  return {
    name: text(name),
    columns: columns.map(readColumn),
    foreignKeys: readLinks(links),
    ...(isTable && { sql: `${text(sql)};` }),
  };
}

function readColumn({ name, type, notnull, pk }: Row): Column {
  return {
    name: text(name),
    type: text(type),
    ...(Number(pk) > 0 && { isPrimaryKey: true as const }),
    ...(Number(notnull) > 0 && { isRequired: true as const }),
  };
}

/** A key of several columns has a row for each. */
function readLinks(rows: readonly Row[]): ForeignKey[] {
  const byId = new Map<string, Row[]>();
  for (const row of rows) byId.set(text(row['id']), [...(byId.get(text(row['id'])) ?? []), row]);
  return [...byId.values()].reverse().map((parts) => ({
    columns: parts.map(({ from }) => text(from)),
    table: text(parts[0]?.['table']),
    references: parts.flatMap(({ to }) => (to === null ? [] : [text(to)])),
  }));
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
    ? String(value)
    : '';
}
