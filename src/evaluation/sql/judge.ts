/** Judges answers to one case: on an empty database, and on random ones beside the case's reference. */
import { failureToPrepare, rowsOf, type Database, type OpenDatabase, type SqlRow } from './database.ts';
import { literalsOf } from './literals.ts';
import type { SqlCase } from './cases.ts';
import { namesExist } from './names.ts';
import { isOrdered, withRandomTies } from './order.ts';
import { fillAtRandom } from './randomDatabase.ts';
import { sameRows } from './rows.ts';
import { tablesOf, type Table } from './tables.ts';
import { isWord, sqlTokens } from './tokens.ts';

/** All must agree. Two different queries seldom give the same rows on all of them by chance. */
export const N_DATABASES = 5;
const MAX_SEEDS = 30;
const TIE_RUNS = 4;
/** Of an answer, so that a product of many tables does not run for hours. */
const MAX_SCANS = 4;

export type Verdict = { readonly valid: boolean; readonly namesExist: boolean; readonly correct: boolean };

/** What a case is worth nothing for. */
export class CaseFault extends Error {}

export type Judge = {
  readonly tables: readonly Table[];
  readonly judge: (sql: string) => Verdict;
  readonly close: () => void;
};

/** @throws CaseFault where the case cannot be judged by */
export function judgeOf(sqlCase: SqlCase, open: OpenDatabase): Judge {
  const opened: Database[] = [];
  const openCase = () => {
    const database = open();
    opened.push(database);
    return database;
  };
  const close = () => {
    for (const database of opened) database.close();
  };
  try {
    const empty = openCase();
    build(empty, sqlCase);
    const tables = tablesOf(empty);
    const trials = trialsOf(sqlCase, tables, openCase);
    const ordered = isOrdered(sqlCase.sql);
    const judge = (sql: string): Verdict => {
      const failure = failureToPrepare(empty, sql);
      return {
        valid: failure === undefined,
        namesExist: namesExist(sql, failure, tables),
        correct:
          failure === undefined && mayRun(sql, empty) && trials.every((trial) => agrees(sql, trial, ordered)),
      };
    };
    return { tables, judge, close };
  } catch (error) {
    close();
    throw error;
  }
}

function build(database: Database, { schema, setup = '', sql }: SqlCase): void {
  try {
    database.exec(schema);
    database.exec(setup);
    database.prepare(sql);
  } catch (error) {
    throw new CaseFault(error instanceof Error ? error.message : String(error));
  }
}

type Trial = { readonly database: Database; readonly rows: readonly SqlRow[] };

/** Databases on which the reference has an answer, and only one. */
function trialsOf(sqlCase: SqlCase, tables: readonly Table[], open: OpenDatabase): Trial[] {
  const literals = literalsOf([sqlCase.schema, sqlCase.sql], tables);
  const telling: Trial[] = [];
  const silent: Trial[] = [];
  for (let seed = 0; seed < MAX_SEEDS && telling.length < N_DATABASES; seed++) {
    const database = open();
    build(database, sqlCase);
    try {
      fillAtRandom(database, tables, { literals, seed });
    } catch (error) {
      throw new CaseFault(error instanceof Error ? error.message : String(error));
    }
    database.exec('PRAGMA query_only = ON');
    const rows = rowsOf(database, sqlCase.sql);
    if (isLeftToChance(sqlCase.sql, rows, database)) continue;
    (rows.some(saysSomething) ? telling : silent).push({ database, rows });
  }
  if (telling.length === 0) {
    throw new CaseFault(
      silent.length === 0
        ? 'the order that the reference asks for is not decided by the data'
        : 'the reference gives no row on any random database',
    );
  }
  return [...telling, ...silent].slice(0, N_DATABASES);
}

/** A count of nothing is a row as well. */
function saysSomething(row: SqlRow): boolean {
  return row.some((value) => value !== null && value !== 0);
}

function isLeftToChance(sql: string, rows: readonly SqlRow[], database: Database): boolean {
  const shuffled = withRandomTies(sql);
  // Some queries take no further term, a UNION for one.
  if (shuffled === undefined || failureToPrepare(database, shuffled) !== undefined) return false;
  const runs = [...Array(TIE_RUNS).keys()].map(() => rowsOf(database, shuffled));
  return !runs.every((run) => sameRows(run, rows, isOrdered(sql)));
}

/** Only what reads, and comes to an end soon. */
function mayRun(sql: string, empty: Database): boolean {
  const [first] = sqlTokens(sql);
  if (!isWord(first, 'SELECT') && !isWord(first, 'WITH')) return false;
  if (sqlTokens(sql).some((token) => isWord(token, 'RECURSIVE'))) return false;
  const plan = empty.all(`EXPLAIN QUERY PLAN ${sql}`);
  return plan.filter(({ detail }) => String(detail).startsWith('SCAN')).length <= MAX_SCANS;
}

function agrees(sql: string, { database, rows }: Trial, ordered: boolean): boolean {
  // SQLite groups by sorting; an order that it gives unasked may be gone in the next version.
  if (ordered && rows.length > 1 && !isOrdered(sql)) return false;
  try {
    // One more than there should be says enough; all of everything joined with everything would take hours.
    return sameRows(rowsOf(database, sql, rows.length + 1), rows, ordered);
  } catch {
    // It prepares and fails at work, at an overflow for one.
    return false;
  }
}
