/**
 * Whether two queries gave the same rows. Duplicates count, NULL equals NULL, 1 equals 1.0, a number never equals a
 * text. The order of rows counts where it was asked for. The order of columns does not: a comment seldom says it.
 */
import type { SqlRow, SqlValue } from './database.ts';

/** Sums of the same numbers in another order differ in the last digits. */
const DIGITS = 10;
/** Columns of the same values can be taken for one another in very many ways. */
const MAX_ASSIGNMENTS = 1_000;

export function sameRows(
  answer: readonly SqlRow[],
  reference: readonly SqlRow[],
  isOrdered: boolean,
): boolean {
  if (answer.length !== reference.length) return false;
  const [given, wanted] = [answer.map(keysOf), reference.map(keysOf)];
  const nColumns = wanted[0]?.length ?? 0;
  if ((given[0]?.length ?? 0) !== nColumns) return false;
  const signature = (rows: readonly string[]) => (isOrdered ? JSON.stringify(rows) : signatureOf(rows));
  const columnOf = (rows: readonly (readonly string[])[], column: number) =>
    signature(rows.map((row) => row[column] ?? ''));
  const columns = [...Array(nColumns).keys()];
  const givenColumns = columns.map((column) => columnOf(given, column));
  const wantedColumns = columns.map((column) => columnOf(wanted, column));
  // Then every column has as many candidates as there are columns like it, and no assignment ends early.
  if (signatureOf(givenColumns) !== signatureOf(wantedColumns)) return false;
  const candidates = wantedColumns.map((sought) =>
    columns.filter((column) => givenColumns[column] === sought),
  );
  const whole = signature(wanted.map((row) => JSON.stringify(row)));
  let nTried = 0;
  for (const assignment of assignments(candidates)) {
    const moved = given.map((row) => JSON.stringify(assignment.map((column) => row[column])));
    if (signature(moved) === whole) return true;
    if (++nTried === MAX_ASSIGNMENTS) break;
  }
  return false;
}

/** Every way to pick a different column for each place. */
function* assignments(
  candidates: readonly (readonly number[])[],
  picked: readonly number[] = [],
): Generator<readonly number[]> {
  const columns = candidates[picked.length];
  if (columns === undefined) yield picked;
  for (const column of columns ?? []) {
    if (!picked.includes(column)) yield* assignments(candidates, [...picked, column]);
  }
}

/** The same for the same texts in any order. */
function signatureOf(texts: readonly string[]): string {
  return JSON.stringify([...texts].sort());
}

function keysOf(row: SqlRow): string[] {
  return row.map(keyOf);
}

function keyOf(value: SqlValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `'${value}`;
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  // -0 equals 0.
  return String(Number(Number(value).toPrecision(DIGITS)) + 0);
}
