/** The tables of a database, as SQLite itself describes them. */
import { quotedName, type Database, type SqlValue } from './database.ts';

export type Column = {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  /** It alone tells a row from all others. */
  readonly isKey: boolean;
};

export type ForeignKey = {
  readonly parent: string;
  /** Column of the child → column of the parent. */
  readonly columns: readonly (readonly [child: string, parent: string])[];
};

export type Table = {
  readonly name: string;
  /** Those that take a value: none that is computed. */
  readonly columns: readonly Column[];
  readonly foreignKeys: readonly ForeignKey[];
};

/** In the order in which they were made. */
export function tablesOf(database: Database): Table[] {
  const tables = database
    .all(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`)
    .map(({ name }) => text(name));
  const columns = new Map(tables.map((name) => [name, columnsOf(database, name)]));
  return tables.map((name) => ({
    name,
    columns: columns.get(name) ?? [],
    foreignKeys: foreignKeysOf(database, name, (parent) =>
      [...columns].filter(([table]) => sameName(table, parent)).flatMap(([, all]) => primaryKeyOf(all)),
    ),
  }));
}

export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

type TableColumn = Column & {
  /** Its place in the primary key, from 1; 0 outside of it. */ readonly keyPlace: number;
};

function columnsOf(database: Database, table: string): TableColumn[] {
  const distinct = database
    .all(
      `SELECT MIN(info.name) AS name FROM pragma_index_list(${quotedText(table)}) AS list
       JOIN pragma_index_info(list.name) AS info WHERE list."unique" GROUP BY list.name HAVING COUNT(*) = 1`,
    )
    .map(({ name }) => name);
  const columns = database.all(`PRAGMA table_xinfo(${quotedName(table)})`);
  const nKeyColumns = columns.filter(({ pk }) => pk !== 0).length;
  return columns
    .filter(({ hidden }) => hidden === 0)
    .map(({ name, type, notnull, pk }) => ({
      name: text(name),
      type: text(type).toUpperCase(),
      isNullable: notnull === 0 && pk === 0,
      isKey: (pk !== 0 && nKeyColumns === 1) || distinct.includes(name ?? null),
      keyPlace: Number(pk),
    }));
}

function primaryKeyOf(columns: readonly TableColumn[]): string[] {
  return columns
    .filter(({ keyPlace }) => keyPlace > 0)
    .sort((a, b) => a.keyPlace - b.keyPlace)
    .map(({ name }) => name);
}

function foreignKeysOf(
  database: Database,
  table: string,
  keyOf: (parent: string) => readonly string[],
): ForeignKey[] {
  const rows = database.all(`PRAGMA foreign_key_list(${quotedName(table)})`);
  return [...new Set(rows.map(({ id }) => id))].map((key) => {
    const parts = rows.filter(({ id }) => id === key);
    const parent = text(parts[0]?.['table'] ?? null);
    return {
      parent,
      columns: parts.map(({ from, to, seq }) => [
        text(from ?? null),
        // Where it does not say which column, it is the parent's primary key.
        to === null ? (keyOf(parent)[Number(seq)] ?? '') : text(to),
      ]),
    };
  });
}

function quotedText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function text(value: SqlValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
