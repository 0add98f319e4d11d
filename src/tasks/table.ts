/**
 * Tables that a model writes, checked, in the form that is wanted. A bundle of its own, like `taskFile.ts`: it answers
 * with the text or with what is wrong.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { say, type Sentence } from '../base/sentence.ts';
import type { TableForm } from './task.ts';

type Cell = string | number | boolean | null;
type Table = { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] };

export type ReadTable = { readonly text: string } | { readonly problem: Sentence };

/** A table in one form → the same in another; any other JSON stays as it is. */
export function convertTable(text: string, from: TableForm, to: TableForm): ReadTable {
  try {
    if (from === 'json' && to === 'json') return { text: JSON.stringify(JSON.parse(text), undefined, 2) };
    const table = READERS[from](text.trim());
    checkTable(table);
    return { text: WRITERS[to](table) };
  } catch (error) {
    return {
      problem: say`The answer cannot be read as ${from}: ${reasonOf(error)}. It is shown as the model wrote it.`,
    };
  }
}

const READERS: Readonly<Record<TableForm, (text: string) => Table>> = {
  csv: readCsv,
  markdown: readMarkdown,
  json: readJson,
};

const WRITERS: Readonly<Record<TableForm, (table: Table) => string>> = {
  csv: ({ columns, rows }) => stringify([columns, ...rows].map((row) => row.map(cellText))).trimEnd(),
  markdown: ({ columns, rows }) =>
    [columns, columns.map(() => '---'), ...rows].map((row) => markdownLine(row.map(cellText))).join('\n'),
  json: ({ columns, rows }) =>
    JSON.stringify(
      rows.map((row) =>
        Object.fromEntries(columns.map((column, index) => [column, typed(row[index] ?? null)])),
      ),
      undefined,
      2,
    ),
};

/** What is wrong with an answer, as a reason within a sentence. */
class NoTable extends Error {}

function readCsv(text: string): Table {
  const options = { skip_empty_lines: true, trim: true, bom: true } as const;
  const [columns = [], ...rows] = parse(text, options);
  return { columns, rows };
}

function readMarkdown(text: string): Table {
  const lines = text.split('\n').map((line) => line.trim());
  const [columns = [], rule = [], ...rows] = lines.filter((line) => line !== '').map(markdownCells);
  if (rule.length === 0 || !rule.every((cell) => /^:?-+:?$/.test(cell)))
    throw new NoTable('its second line is not like | --- | --- |');
  return { columns, rows };
}

/** `\|` is part of a cell. */
function markdownCells(line: string): string[] {
  if (!line.includes('|')) throw new NoTable('a line has no |');
  const inner = line.replace(/^\|/, '').replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function markdownLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
}

function readJson(text: string): Table {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value) || !value.every(isFlat)) throw new NoTable('it is not a list of flat objects');
  const columns = [...new Set(value.flatMap((row) => Object.keys(row)))];
  const cellOf = (row: Readonly<Record<string, Cell>>, column: string) =>
    Object.hasOwn(row, column) ? (row[column] ?? null) : null;
  return { columns, rows: value.map((row) => columns.map((column) => cellOf(row, column))) };
}

function isFlat(value: unknown): value is Readonly<Record<string, Cell>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((cell) => cell === null || typeof cell !== 'object');
}

function checkTable({ columns, rows }: Table): void {
  if (columns.length === 0 || rows.length === 0) throw new NoTable('it has no rows');
  const odd = rows.find((row) => row.length !== columns.length);
  if (odd !== undefined) throw new NoTable('its rows have different numbers of cells');
  if (new Set(columns).size < columns.length) throw new NoTable('two of its columns have the same name');
}

/** A number that is written as JSON would write it is one. */
function typed(cell: Cell): Cell {
  return typeof cell === 'string' && String(Number(cell)) === cell && Number.isFinite(Number(cell))
    ? Number(cell)
    : cell;
}

function cellText(cell: Cell): string {
  return cell === null ? '' : String(cell);
}

function reasonOf(error: unknown): string {
  if (error instanceof CsvError && error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH')
    return 'its rows have different numbers of cells';
  if (error instanceof NoTable) return error.message;
  return error instanceof CsvError ? 'its quotation marks do not match' : 'it is not valid';
}
