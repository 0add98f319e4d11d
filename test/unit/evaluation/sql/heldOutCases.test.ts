/** The project's own cases: what README says of them, and that each can be judged by. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCases, type SqlCase } from '../../../../src/evaluation/sql/cases.ts';
import { evaluateSql } from '../../../../src/evaluation/sql/evaluateSql.ts';
import { openMemoryDatabase } from '../../../../src/database/memoryDatabase.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../heldout/sql');
const REAL = { open: openMemoryDatabase, nowMs: () => 0 };
const casesOf = (name: string) => parseCases(readFileSync(path.join(FOLDER, name), 'utf8'), name);
const SETS = ['cases.jsonl', 'unread.jsonl'].map((name) => ({ name, cases: casesOf(name) }));

it('they are many, over many schemas, of which the sets share none', () => {
  const [first, second] = SETS.map(({ cases }) => new Set(cases.map(({ schema }) => schema)));
  expect(SETS.map(({ cases }) => cases.length)).toEqual([263, 130]);
  expect([first!.size, second!.size]).toEqual([29, 15]);
  expect([...first!].filter((schema) => second!.has(schema))).toEqual([]);
});

describe.each(SETS)('$name', ({ cases }) => {
  it('no question is asked twice', () => {
    const distinct = (of: (sqlCase: SqlCase) => string) => new Set(cases.map(of)).size;
    expect(distinct(({ question }) => question.toLowerCase())).toBe(cases.length);
    expect(distinct(({ schema, sql }) => schema + sql)).toBe(cases.length);
  });

  const shareOf = (holds: (sql: string) => boolean) =>
    cases.filter(({ sql }) => holds(sql)).length / cases.length;

  it('at least 40 % join, and at least 25 % group or aggregate', () => {
    expect(shareOf((sql) => /\bJOIN\b/.test(sql))).toBeGreaterThanOrEqual(0.4);
    expect(shareOf((sql) => /\bGROUP BY\b|\b(?:COUNT|SUM|AVG|MIN|MAX)\(/.test(sql))).toBeGreaterThanOrEqual(
      0.25,
    );
  });

  describe('every reference', () => {
    it('answers its own question, and nearly none by reading the first table', async () => {
      const { report } = await evaluateSql(cases, ({ sql }) => Promise.resolve(sql), {
        open: openMemoryDatabase,
        nowMs: () => 0,
      });
      expect(report.faults).toEqual([]);
      expect(report).toMatchObject({ cases: cases.length, valid: 1, namesExist: 1, executionAccuracy: 1 });
      expect(report.constantBaseline).toBeLessThan(0.02);
    });

    it('is told from a query that is nearly the same', async () => {
      const altered = cases.filter(({ sql }) => slightlyWrong(sql) !== undefined);
      expect(altered.length).toBeGreaterThan(0.7 * cases.length);
      const { report, judged } = await evaluateSql(
        altered,
        ({ sql }) => Promise.resolve(slightlyWrong(sql)),
        REAL,
      );
      expect(report.valid).toBeGreaterThan(0.95);
      // What a midnight or an average that a row hits would tell apart.
      const taken = judged.filter(({ verdict }) => verdict.correct).map(({ answer }) => answer);
      expect(taken.length, taken.join('\n')).toBeLessThan(0.025 * altered.length);
    });
  });
});

/** The first of these alterations that the query has a place for. */
const ALTERATIONS: readonly (readonly [RegExp, string])[] = [
  [/ HAVING [^;]*/, ''],
  [/LEFT JOIN/, 'JOIN'],
  [/NOT IN/, 'IN'],
  [/DISTINCT /, ''],
  [/ DESC\b/, ''],
  [/ > /, ' >= '],
  [/ < /, ' <= '],
  [/ GROUP BY (\S+)(?=;)/, ''],
  [/ = '/, " <> '"],
  [/MAX\(/, 'MIN('],
  [/SUM\(/, 'AVG('],
  [/ WHERE [^()]*?(?=;| ORDER)/, ''],
  [/ ORDER BY [^;]*/, ''],
  [/ = TRUE/, ' = FALSE'],
];

function slightlyWrong(sql: string): string | undefined {
  const alteration = ALTERATIONS.find(([pattern]) => pattern.test(sql));
  return alteration === undefined ? undefined : sql.replace(alteration[0], alteration[1]);
}
