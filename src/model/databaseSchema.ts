/** A database's tables as plain data: what is shown, what the model is told, and which names it may use. */
import type { Sentence } from '../base/sentence.ts';

export type Dialect = 'sqlite' | 'postgresql' | 'mysql';

export const DIALECTS: readonly Dialect[] = ['sqlite', 'postgresql', 'mysql'];

export type Schema = {
  readonly dialect: Dialect;
  readonly tables: readonly Table[];
  /** Statements that do not parse: their tables were read as far as that goes, or not at all. */
  readonly problems?: readonly StatementProblem[];
};

/** The statement by its first words, and what is wrong with it. */
export type StatementProblem = { readonly statement: string; readonly problem: string | Sentence };

export type Table = {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly foreignKeys: readonly ForeignKey[];
  /** The statement that makes it, where the table is still as that says. */
  readonly sql?: string;
};

export type Column = {
  readonly name: string;
  /** As declared; may be empty. */
  readonly type: string;
  readonly isPrimaryKey?: true;
  readonly isRequired?: true;
};

export type ForeignKey = {
  readonly columns: readonly string[];
  readonly table: string;
  /** Empty: the other table's primary key. */
  readonly references: readonly string[];
};

/** Names are the same if they differ only in the case of ASCII letters, as SQLite has it. */
export function nameKey(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The statement that makes the table: its own where it is known, else one that says the same. */
export function tableSql({ name, columns, foreignKeys, sql }: Table): string {
  if (sql !== undefined) return sql;
  const primary = columns.filter(({ isPrimaryKey }) => isPrimaryKey);
  const lines = columns.map((column) => {
    const { type, isPrimaryKey, isRequired } = column;
    const key = isPrimaryKey && primary.length === 1 ? ' PRIMARY KEY' : isRequired ? ' NOT NULL' : '';
    return `${writeName(column.name)}${type === '' ? '' : ` ${type}`}${key}`;
  });
  const keys = primary.length > 1 ? [`PRIMARY KEY (${listNames(primary.map((column) => column.name))})`] : [];
  const links = foreignKeys.map(
    ({ columns: own, table, references }) =>
      `FOREIGN KEY (${listNames(own)}) REFERENCES ${writeName(table)}${references.length === 0 ? '' : `(${listNames(references)})`}`,
  );
  return `CREATE TABLE ${writeName(name)} (\n${[...lines, ...keys, ...links].map((line) => `  ${line}`).join(',\n')}\n);`;
}

function listNames(names: readonly string[]): string {
  return names.map(writeName).join(', ');
}

/** In quotes where it is no plain word. */
function writeName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
