/** A schema as the grammar asks for it: tables by name, columns by name, and lists of both to read words from. */
import { nameKey, type Dialect, type Schema, type Table } from '../../model/databaseSchema.ts';
import { kindOf, type Kind } from './kinds.ts';
import { linksOf, type Links } from './links.ts';
import { literalsOf, type Literals } from './literals.ts';
import { isReserved } from './reserved.ts';
import { wordList, type WordList } from './wordList.ts';

/** Names as they may be written: as they are, where that is a word, and in quotes. */
export type Names = {
  readonly plain: WordList;
  readonly quoted: WordList;
  /** Those that cannot be written without quotes. */
  readonly onlyQuoted: WordList;
};

/** Something that columns come from: a table, a common table expression, a query in FROM. */
export type Relation = {
  readonly key: string;
  /** As written. */
  readonly name: string;
  readonly columns: ReadonlySet<string>;
  /** Columns that `*` gives, names that occur twice counted twice. */
  readonly width: number;
  readonly columnNames: Names;
  /** Columns in their order, as written. */
  readonly listed: readonly string[];
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly primaryKey: readonly string[];
  /** Columns that are never NULL. */
  readonly required: ReadonlySet<string>;
};

export type Catalog = {
  readonly dialect: Dialect;
  /**
   * As a careful person writes: words of the language in capitals, names as the schema has them, quotes where they are
   * needed; conditions that compare what can be compared, joins of what belongs together.
   */
  readonly isStrict: boolean;
  readonly literals: Literals;
  readonly links: Links;
  readonly relations: ReadonlyMap<string, Relation>;
  /** Relations that have a column. */
  readonly withColumn: ReadonlyMap<string, readonly Relation[]>;
  readonly relationNames: Names;
  readonly columnNames: Names;
  /** What people call a table for short, and which tables it can stand for. */
  readonly shortNames: ReadonlyMap<string, readonly Relation[]>;
  readonly shortNameList: Names;
};

const NO_WORDS = wordList([]);

/** @property question absent: every constant may be written, and all else that SQL takes */
export type CatalogOptions = { readonly question?: string; readonly knownTexts?: readonly string[] };

export function createCatalog(
  { dialect, tables }: Schema,
  { question, knownTexts = [] }: CatalogOptions = {},
): Catalog {
  const isStrict = question !== undefined;
  const relations = new Map(tables.map((table) => [nameKey(table.name), relationOf(table, dialect)]));
  const withColumn = new Map<string, Relation[]>();
  const columns = new Set<string>();
  for (const table of tables) {
    const relation = relations.get(nameKey(table.name));
    for (const { name } of table.columns) columns.add(name);
    for (const key of relation?.columns ?? []) push(withColumn, key, relation);
  }
  const shortNames = isStrict ? carefulShortNames(tables, relations) : allShortNames(relations);
  return {
    ...{ dialect, isStrict, relations, withColumn, shortNames },
    ...{ literals: literalsOf(question ?? '', knownTexts), links: linksOf(tables) },
    relationNames: namesOf(
      tables.map(({ name }) => name),
      dialect,
    ),
    columnNames: namesOf(columns, dialect),
    shortNameList: { plain: keywordList(shortNames.keys()), quoted: NO_WORDS, onlyQuoted: NO_WORDS },
  };
}

/** What a careful person calls a table for short: by its initials, or by what its rows are to another table. */
function carefulShortNames(
  tables: readonly Table[],
  relations: Catalog['relations'],
): Map<string, Relation[]> {
  const shortNames = new Map<string, Relation[]>();
  for (const relation of relations.values())
    for (const name of initialsOf(relation.key)) if (!relations.has(name)) push(shortNames, name, relation);
  for (const table of tables)
    for (const [role, relation] of rolesIn(table, relations)) push(shortNames, role, relation);
  return shortNames;
}

/** The usual numbering, and any single letter, may stand for every table. */
function allShortNames(relations: Catalog['relations']): Map<string, readonly Relation[]> {
  const shortNames = new Map<string, Relation[]>();
  for (const relation of relations.values())
    for (const name of shortNamesOf(relation.key)) if (!relations.has(name)) push(shortNames, name, relation);
  const anyTable = [...relations.values()];
  for (const letter of 'abcdefghijklmnopqrstuvwxyz')
    for (const name of [letter, ...[1, 2, 3, 4].map((n) => `${letter}${n}`)])
      if (!relations.has(name)) shortNames.set(name, anyTable);
  return shortNames;
}

function relationOf({ name, columns }: Table, dialect: Dialect): Relation {
  return {
    ...relationFrom(
      name,
      columns.map((column) => column.name),
      dialect,
    ),
    kinds: new Map(columns.map((column) => [nameKey(column.name), kindOf(column.type)])),
    primaryKey: columns.filter(({ isPrimaryKey }) => isPrimaryKey).map((column) => nameKey(column.name)),
    required: new Set(
      columns
        .filter(({ isPrimaryKey, isRequired }) => isPrimaryKey ?? isRequired)
        .map((column) => nameKey(column.name)),
    ),
  };
}

export function relationFrom(name: string, columns: readonly string[], dialect: Dialect): Relation {
  return {
    key: nameKey(name),
    name,
    columns: new Set(columns.map(nameKey)),
    width: columns.length,
    columnNames: namesOf(columns, dialect),
    listed: columns,
    kinds: new Map(),
    primaryKey: [],
    required: new Set(),
  };
}

export function namesOf(names: Iterable<string>, dialect: Dialect): Names {
  const all = [...names].map((name) => ({ text: name, key: nameKey(name) }));
  const isExact = dialect === 'postgresql';
  return {
    plain: wordList(all.filter(({ text }) => isPlainName(text, dialect))),
    quoted: wordList(all, isExact),
    onlyQuoted: wordList(
      all.filter(({ text }) => !isPlainName(text, dialect)),
      true,
    ),
  };
}

/** Words of the language, which are never quoted. */
export function keywordList(words: Iterable<string>): WordList {
  return wordList([...words].map((text) => ({ text, key: nameKey(text) })));
}

function isPlainName(name: string, dialect: Dialect): boolean {
  if (!/^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*$/.test(name) || isReserved(name, dialect)) return false;
  // PostgreSQL reads an unquoted name in lower case.
  return dialect !== 'postgresql' || name === name.toLowerCase();
}

/**
 * A foreign key's name says what the other table's row is there, which matters where the same table comes twice:
 * sender_id → sender, senders.
 */
function* rolesIn(
  { name, foreignKeys }: Table,
  relations: Catalog['relations'],
): Generator<[string, Relation]> {
  const isTwice = (table: string) =>
    [name, ...foreignKeys.map((key) => key.table)].filter((one) => nameKey(one) === nameKey(table)).length >
    1;
  for (const { columns, table } of foreignKeys.filter((key) => isTwice(key.table))) {
    const role = /^([a-z][a-z0-9_]*?)(?:_id|id|_code|_no)?$/.exec(nameKey(columns[0] ?? ''))?.[1];
    const relation = relations.get(nameKey(table));
    if (role === undefined || relation === undefined || columns.length !== 1) continue;
    for (const called of [role, `${role}s`])
      if (!relations.has(called) && !isReserved(called)) yield [called, relation];
  }
}

/** order_items: o, oi */
function initialsOf(key: string): string[] {
  if (!/^[a-z][a-z0-9_]*$/.test(key)) return [];
  const initials = key
    .split('_')
    .map((part) => part.slice(0, 1))
    .join('');
  return [...new Set([key.slice(0, 1), initials])].filter((name) => !isReserved(name));
}

/** customers: cu, cus, cust …; order_items: or, ord …, oi, and with a number behind each. */
function shortNamesOf(key: string): string[] {
  if (!/^[a-z][a-z0-9_]*$/.test(key)) return [];
  const beginnings = Array.from({ length: Math.min(key.length, 12) - 1 }, (_, index) =>
    key.slice(0, index + 2),
  );
  const initials = key
    .split('_')
    .map((part) => part.slice(0, 1))
    .join('');
  const names = [...beginnings, ...(initials.length > 1 ? [initials] : [])].filter((name) =>
    /[a-z0-9]$/.test(name),
  );
  return names.flatMap((name) => [name, `${name}1`, `${name}2`]).filter((name) => !isReserved(name));
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V | undefined): void {
  if (value === undefined) return;
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else if (list.at(-1) !== value) list.push(value);
}
