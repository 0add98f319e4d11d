/** Fills the tables of a schema with random rows that fit it. SQLite itself says which rows do. */
import { seededRandom } from '../../base/seededRandom.ts';
import { quotedName, type Database, type SqlValue } from './database.ts';
import type { Literals } from './literals.ts';
import { sameName, type ForeignKey, type Table } from './tables.ts';
import { pick, valuesOf, whole, type Random } from './values.ts';

/** Enough for groups of several rows, and few enough for a product of four tables. */
const MIN_ROWS = 16;
const MAX_ROWS = 32;
const MAX_TRIES = 80;
const NULL_SHARE = 0.12;
/** Some rows of a parent stay without children. */
const PARENT_SHARE = 0.75;

/** Adds rows to every table. Fails where no row of 80 fits a table. */
export function fillAtRandom(
  database: Database,
  tables: readonly Table[],
  { literals, seed }: { readonly literals: Literals; readonly seed: number },
): void {
  const random = seededRandom(seed);
  for (const table of parentsFirst(tables)) {
    const nRows = MIN_ROWS + whole(random, MAX_ROWS - MIN_ROWS + 1);
    const draw = rowsFor(table, { literals, random, keysOf: (key) => keysOf(database, key) });
    const sql = insertInto(table);
    const nFilled = [...Array(nRows).keys()].filter(() => insertOne(database, sql, draw)).length;
    if (nFilled === 0) throw new Error(`no random row fits the table ${table.name}`);
  }
}

/** Where a key is taken or a check fails, another row is drawn. */
function insertOne(database: Database, sql: string, draw: () => readonly SqlValue[]): boolean {
  for (let nTries = 0; nTries < MAX_TRIES; nTries++) if (database.run(sql, draw()) > 0) return true;
  return false;
}

function insertInto({ name, columns }: Table): string {
  const names = columns.map((column) => quotedName(column.name)).join(', ');
  return `INSERT OR IGNORE INTO ${quotedName(name)} (${names}) VALUES (${columns.map(() => '?').join(', ')})`;
}

/** A table behind those that it points at, as far as they do not point back. */
function parentsFirst(tables: readonly Table[]): Table[] {
  const ordered: Table[] = [];
  const visit = (table: Table, way: readonly Table[]): void => {
    if (ordered.includes(table) || way.includes(table)) return;
    for (const { parent } of table.foreignKeys) {
      for (const other of tables.filter(({ name }) => sameName(name, parent))) visit(other, [...way, table]);
    }
    ordered.push(table);
  };
  for (const table of tables) visit(table, []);
  return ordered;
}

type Source = {
  readonly literals: Literals;
  readonly random: Random;
  /** The values that a foreign key may take now. */
  readonly keysOf: (key: ForeignKey) => readonly (readonly SqlValue[])[];
};

function rowsFor({ name, columns, foreignKeys }: Table, source: Source): () => SqlValue[] {
  const { literals, random } = source;
  const draws = columns.map((column) =>
    valuesOf(column, literals.get(column.name.toLowerCase()) ?? [], random),
  );
  const pointers = foreignKeys.map((key) => pointersOf(key, name, source));
  return () => {
    const pointed = pointers.flatMap((draw) => [...draw()]);
    return columns.map((column, index) => {
      const pointer = pointed.find(([child]) => sameName(child, column.name));
      if (column.isNullable && random() < NULL_SHARE) return null;
      return pointer === undefined ? (draws[index]?.() ?? null) : pointer[1];
    });
  };
}

/** Draws what a foreign key points at: each column of the child with its value. */
function pointersOf(
  key: ForeignKey,
  table: string,
  { random, keysOf, literals }: Source,
): () => readonly (readonly [child: string, value: SqlValue])[] {
  const chosen = (all: readonly (readonly SqlValue[])[]) => all.filter(() => random() < PARENT_SHARE);
  const fixed = sameName(key.parent, table) ? undefined : chosen(keysOf(key));
  return () => {
    // A table that points at itself has more to point at with every row.
    const parents = fixed ?? keysOf(key);
    const wanted = parents.filter((values) =>
      values.some((value, index) => isWanted(value, key.columns[index]?.[0], literals)),
    );
    const values = pick(wanted.length > 0 && random() < 0.3 ? wanted : parents, random);
    return key.columns.map(([child], index) => [child, values?.[index] ?? null]);
  };
}

function isWanted(value: SqlValue, column: string | undefined, literals: Literals): boolean {
  return literals.get(column?.toLowerCase() ?? '')?.includes(String(value)) ?? false;
}

function keysOf(database: Database, { parent, columns }: ForeignKey): SqlValue[][] {
  const names = columns.map(([, name], index) => `${quotedName(name)} AS k${index}`).join(', ');
  return database.all(`SELECT ${names} FROM ${quotedName(parent)}`).map((row) => Object.values(row));
}
