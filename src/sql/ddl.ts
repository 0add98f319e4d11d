/**
 * Tables out of CREATE, ALTER, RENAME and DROP TABLE statements of any dialect, in their order. It takes the names that
 * a statement gives and passes over what it does not know: partitions, engines, storage.
 */
import { say } from '../base/sentence.ts';
import {
  nameKey,
  type Column,
  type Dialect,
  type ForeignKey,
  type StatementProblem,
  type Table,
} from '../model/databaseSchema.ts';
import { DdlReader, ddlTokens, isSign, splitAtCommas, type DdlToken } from './ddlTokens.ts';
import { firstWords } from './schema.ts';

export function tablesOf(statements: readonly string[], dialect: Dialect): readonly Table[] {
  const tables = new Map<string, Table>();
  for (const statement of statements) apply(tables, statement, dialect);
  return [...tables.values()];
}

/** Of any dialect: a statement whose brackets do not match has lost its end, or a part of it. */
export function unclosed(statements: readonly string[]): readonly StatementProblem[] {
  return statements.flatMap((statement) => {
    const tokens = ddlTokens(statement);
    const count = (sign: string) => tokens.filter((token) => isSign(token, sign)).length;
    const isWhole = count('(') === count(')');
    return isWhole ? [] : [{ statement: firstWords(statement), problem: say`its brackets do not match` }];
  });
}

type Name = DdlToken & { kind: 'name' };

function apply(tables: Map<string, Table>, statement: string, dialect: Dialect): void {
  const reader = new DdlReader(ddlTokens(statement));
  if (reader.skip('CREATE')) {
    const table = createdTable(reader, statement, dialect);
    if (table !== undefined && !tables.has(nameKey(table.name))) tables.set(nameKey(table.name), table);
  } else if (reader.skip('DROP', 'TABLE')) {
    reader.skip('IF', 'EXISTS');
    for (let name = reader.name(); name !== undefined; name = reader.skip(',') ? reader.name() : undefined)
      tables.delete(nameKey(written(name, dialect)));
  } else if (reader.skip('RENAME', 'TABLE')) {
    const from = reader.name();
    if (from !== undefined && reader.skip('TO'))
      rename(tables, written(from, dialect), reader.name(), dialect);
  } else if (reader.skip('ALTER')) {
    reader.skip('FOREIGN');
    if (reader.skip('TABLE')) alter(tables, reader, dialect);
  }
}

/** Names that are not quoted are small in PostgreSQL. */
function written({ text, isQuoted }: Name, dialect: Dialect): string {
  return dialect === 'postgresql' && !isQuoted ? text.toLowerCase() : text;
}

function createdTable(reader: DdlReader, statement: string, dialect: Dialect): Table | undefined {
  reader.skip('OR', 'REPLACE');
  reader.skipAny('GLOBAL', 'LOCAL', 'TEMP', 'TEMPORARY', 'UNLOGGED', 'FOREIGN', 'EXTERNAL', 'VIRTUAL');
  if (!reader.skip('TABLE')) return undefined;
  reader.skip('IF', 'NOT', 'EXISTS');
  const name = reader.name();
  if (name === undefined) return undefined;
  // A virtual table's columns stand among its module's arguments.
  if (reader.skip('USING')) reader.name();
  if (!reader.skip('(')) return undefined;
  const parts = splitAtCommas(reader.untilClosed());
  const table = parts.reduce<Table>((before, part) => withPart(before, new DdlReader(part), dialect), {
    name: written(name, dialect),
    columns: [],
    foreignKeys: [],
  });
  return table.columns.length === 0 ? undefined : { ...table, sql: statement };
}

const CONSTRAINTS = [
  'PRIMARY',
  'FOREIGN',
  'UNIQUE',
  'CHECK',
  'EXCLUDE',
  'INDEX',
  'KEY',
  'FULLTEXT',
  'SPATIAL',
  'LIKE',
  'PERIOD',
];

/** A column, or a constraint on the table. */
function withPart(table: Table, reader: DdlReader, dialect: Dialect): Table {
  if (reader.skip('CONSTRAINT')) reader.name();
  if (reader.skip('PRIMARY', 'KEY')) {
    const keys = new Set(reader.names().map((name) => nameKey(written(name, dialect))));
    const columns = table.columns.map((column) =>
      keys.has(nameKey(column.name)) ? { ...column, isPrimaryKey: true as const } : column,
    );
    return { ...table, columns };
  }
  if (reader.skip('FOREIGN', 'KEY')) {
    const own = reader.names().map((name) => written(name, dialect));
    const link = reader.skip('REFERENCES') ? linkTo(reader, own, dialect) : undefined;
    return link === undefined ? table : { ...table, foreignKeys: [...table.foreignKeys, link] };
  }
  const [first] = reader.rest();
  const isConstraint =
    first?.kind !== 'name' || (!first.isQuoted && isConstraintWord(first.text) && !hasType(reader.rest()));
  return isConstraint ? table : withColumn(table, reader, dialect);
}

function isConstraintWord(text: string): boolean {
  return CONSTRAINTS.includes(text.toUpperCase());
}

/** A column may be called like a constraint: then a type follows, not a bracket or a further name and a bracket. */
function hasType([, second, third]: readonly DdlToken[]): boolean {
  return second?.kind === 'name' && !/^(?:KEY|INDEX|FOR)$/i.test(second.text) && third?.kind !== 'sign';
}

function withColumn(table: Table, reader: DdlReader, dialect: Dialect): Table {
  const name = reader.next();
  if (name?.kind !== 'name') return table;
  const text = written(name, dialect);
  const type = readType(reader);
  const { isPrimaryKey, isRequired, link } = readMarks(reader, text, dialect);
  const column: Column = {
    name: text,
    type,
    ...(isPrimaryKey && { isPrimaryKey: true as const }),
    ...(isRequired && { isRequired: true as const }),
  };
  return {
    ...table,
    columns: [...table.columns, column],
    foreignKeys: link === undefined ? table.foreignKeys : [...table.foreignKeys, link],
  };
}

/** Words behind which a column's type is over. */
const BEHIND_TYPE =
  /^(?:PRIMARY|NOT|NULL|UNIQUE|CHECK|DEFAULT|COLLATE|REFERENCES|GENERATED|AS|CONSTRAINT|AUTO_INCREMENT|COMMENT|CHARACTER|CHARSET|ON|FIRST|AFTER|STORED|VIRTUAL|IDENTITY|INVISIBLE|KEY|AUTOINCREMENT)$/i;

function readType(reader: DdlReader): string {
  let type = '';
  for (let [token] = reader.rest(); token !== undefined; [token] = reader.rest()) {
    if (token.kind === 'name' && !token.isQuoted && BEHIND_TYPE.test(token.text) && !isVarying(token, type))
      break;
    if (token.kind === 'sign' && token.text !== '(') break;
    reader.next();
    if (token.text === '(')
      type += `(${reader
        .untilClosed()
        .map(({ text }) => text)
        .join('')})`;
    else type += token.kind === 'name' && type !== '' ? ` ${token.text}` : token.text;
  }
  return type;
}

/** CHARACTER VARYING is a type, CHARACTER SET behind one is not. */
function isVarying({ text }: DdlToken, type: string): boolean {
  return type === '' && /^CHARACTER$/i.test(text);
}

type Marks = {
  readonly isPrimaryKey: boolean;
  readonly isRequired: boolean;
  readonly link: ForeignKey | undefined;
};

function readMarks(reader: DdlReader, column: string, dialect: Dialect): Marks {
  let marks: Marks = { isPrimaryKey: false, isRequired: false, link: undefined };
  while (!reader.isAtEnd) {
    if (reader.skip('PRIMARY', 'KEY')) marks = { ...marks, isPrimaryKey: true };
    else if (reader.skip('NOT', 'NULL')) marks = { ...marks, isRequired: true };
    else if (reader.skip('REFERENCES')) marks = { ...marks, link: linkTo(reader, [column], dialect) };
    else reader.next();
  }
  return marks;
}

function linkTo(reader: DdlReader, columns: readonly string[], dialect: Dialect): ForeignKey | undefined {
  const table = reader.name();
  if (table === undefined) return undefined;
  const references = reader.names().map((name) => written(name, dialect));
  return { columns, table: written(table, dialect), references };
}

function alter(tables: Map<string, Table>, reader: DdlReader, dialect: Dialect): void {
  reader.skip('IF', 'EXISTS');
  reader.skip('ONLY');
  const name = reader.name();
  const key = name === undefined ? '' : nameKey(written(name, dialect));
  if (reader.skip('RENAME', 'TO') || reader.skip('RENAME', 'AS')) {
    rename(tables, key, reader.name(), dialect);
    return;
  }
  for (const part of splitAtCommas(reader.rest().filter(({ text }) => text !== ';'))) {
    const table = tables.get(key);
    if (table === undefined) return;
    const changed = change(table, new DdlReader(part), dialect);
    if (changed === table) continue;
    tables.set(key, withoutText(changed));
  }
}

function change(table: Table, reader: DdlReader, dialect: Dialect): Table {
  if (reader.skip('ADD')) {
    reader.skip('COLUMN');
    reader.skip('IF', 'NOT', 'EXISTS');
    return withPart(table, reader, dialect);
  }
  if (reader.skip('DROP')) {
    if (['CONSTRAINT', 'PRIMARY', 'FOREIGN', 'INDEX', 'KEY', 'CHECK'].some((word) => reader.skip(word)))
      return table;
    reader.skip('COLUMN');
    reader.skip('IF', 'EXISTS');
    return withoutColumn(table, reader.name(), dialect);
  }
  if (reader.skip('RENAME')) {
    reader.skip('COLUMN');
    const from = reader.name();
    return reader.skip('TO') ? renamed(table, from, { to: reader.name(), dialect }) : table;
  }
  if (reader.skip('CHANGE')) {
    reader.skip('COLUMN');
    const from = reader.name();
    return renamed(table, from, { to: reader.name(), dialect });
  }
  return table;
}

function withoutColumn(table: Table, name: Name | undefined, dialect: Dialect): Table {
  const key = name === undefined ? '' : nameKey(written(name, dialect));
  return {
    ...table,
    columns: table.columns.filter((column) => nameKey(column.name) !== key),
    foreignKeys: table.foreignKeys.filter(({ columns }) =>
      columns.every((column) => nameKey(column) !== key),
    ),
  };
}

function renamed(
  table: Table,
  from: Name | undefined,
  { to, dialect }: { to: Name | undefined; dialect: Dialect },
): Table {
  if (from === undefined || to === undefined) return table;
  const key = nameKey(written(from, dialect));
  const swap = (name: string) => (nameKey(name) === key ? written(to, dialect) : name);
  return {
    ...table,
    columns: table.columns.map((column) => ({ ...column, name: swap(column.name) })),
    foreignKeys: table.foreignKeys.map((link) => ({ ...link, columns: link.columns.map(swap) })),
  };
}

function rename(tables: Map<string, Table>, from: string, to: Name | undefined, dialect: Dialect): void {
  const table = tables.get(nameKey(from));
  if (table === undefined || to === undefined) return;
  const name = written(to, dialect);
  tables.delete(nameKey(from));
  tables.set(nameKey(name), { ...withoutText(table), name });
}

/** It is no longer what the statement says that has made it. */
function withoutText({ name, columns, foreignKeys }: Table): Table {
  return { name, columns, foreignKeys };
}

/** Which dialect the statements are written in, by what only one of them has. */
export function dialectOf(sql: string): Dialect {
  if (/\bAUTO_INCREMENT\b|\bENGINE\s*=/i.test(sql)) return 'mysql';
  // Only SQLite, of these, takes names in brackets, and any other quotes beside back ticks.
  if (/[\s(,.]\[[^\]\d][^\]]*\]/.test(sql)) return 'sqlite';
  if (/`[^`]+`/.test(sql)) return /\bTABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"/i.test(sql) ? 'sqlite' : 'mysql';
  if (
    /\b(?:BIG|SMALL)?SERIAL\b|\bTIMESTAMPTZ\b|\bJSONB\b|\bWITH(?:OUT)? TIME ZONE\b|::\w+|\bBYTEA\b/i.test(sql)
  )
    return 'postgresql';
  return 'sqlite';
}
