/** The report, with answers whose worth is known, on the real SQLite. */
import { describe, expect, it } from 'vitest';
import { parseCases, type SqlCase } from '../../../../src/evaluation/sql/cases.ts';
import { evaluateSql } from '../../../../src/evaluation/sql/evaluateSql.ts';
import { judgeOf } from '../../../../src/evaluation/sql/judge.ts';
import { openMemoryDatabase } from '../../../../src/database/memoryDatabase.ts';

const SCHEMA = `CREATE TABLE kite (id INTEGER PRIMARY KEY, name TEXT NOT NULL, span_cm INTEGER NOT NULL, builder TEXT);
CREATE TABLE flight (id INTEGER PRIMARY KEY, kite_id INTEGER NOT NULL REFERENCES kite(id), wind REAL NOT NULL, flown_on DATE NOT NULL);`;
const asCase = (sql: string, more: Partial<SqlCase> = {}): SqlCase => ({
  schema: SCHEMA,
  question: sql,
  sql,
  ...more,
});

const CASES = [
  asCase('SELECT * FROM kite;'),
  asCase('SELECT name FROM kite WHERE span_cm > 250'),
  asCase('SELECT builder, COUNT(*) FROM kite GROUP BY builder'),
  asCase(
    'SELECT kite.name, flight.wind FROM flight JOIN kite ON flight.kite_id = kite.id WHERE flight.wind > 7.5',
  ),
];

const evaluate = (cases: readonly SqlCase[], answer: (sqlCase: SqlCase) => string | undefined) => {
  let ms = 0;
  return evaluateSql(cases, (sqlCase) => Promise.resolve(answer(sqlCase)), {
    open: openMemoryDatabase,
    nowMs: () => (ms += 5),
  });
};

describe('the report', () => {
  it('the reference is right every time', async () => {
    const { report } = await evaluate(CASES, ({ sql }) => sql);
    expect(report).toEqual({
      ...{ cases: 4, valid: 1, namesExist: 1, executionAccuracy: 1, constantBaseline: 0.25 },
      ...{ latencyMs: { p50: 5, p95: 5 }, unanswered: 0, faults: [] },
    });
  });

  it('who always reads the first table is worth what the baseline says', async () => {
    const { report } = await evaluate(CASES, () => 'SELECT * FROM kite');
    expect(report).toMatchObject({ valid: 1, namesExist: 1, executionAccuracy: report.constantBaseline });
  });

  it.each(['SELEC 1', 'SELECT nothing FROM nowhere', 'DROP TABLE kite; SELECT name FROM kite', ''])(
    'who always says %j is never right',
    async (sql) => expect((await evaluate(CASES, () => sql)).report.executionAccuracy).toBe(0),
  );

  it('of everything joined with everything, no more rows are read than it takes', async () => {
    let most = 0;
    const open = () => {
      const database = openMemoryDatabase();
      const all = (sql: string) => {
        const rows = database.all(sql);
        most = Math.max(most, rows.length);
        return rows;
      };
      return { ...database, all };
    };
    const answer = () => Promise.resolve('SELECT a.name FROM kite a, kite b, kite c, kite d');
    const { report } = await evaluateSql(CASES, answer, { open, nowMs: () => 0 });
    expect(report).toMatchObject({ valid: 1, executionAccuracy: 0 });
    expect(most).toBeLessThan(100);
  });

  it('no answer is not valid, and is counted', async () => {
    const { report } = await evaluate(CASES, ({ sql }) => (sql.includes('JOIN') ? undefined : sql));
    expect(report).toMatchObject({
      cases: 4,
      valid: 0.75,
      namesExist: 0.75,
      executionAccuracy: 0.75,
      unanswered: 1,
    });
  });

  it('a failure of the model is no answer to be counted', async () => {
    await expect(
      evaluate(CASES, () => {
        throw new Error('lost');
      }),
    ).rejects.toThrow('lost');
  });
});

describe('an answer', () => {
  const verdictOn = (sql: string, reference: string) => {
    const { judge, close } = judgeOf(asCase(reference), openMemoryDatabase);
    try {
      return judge(sql);
    } finally {
      close();
    }
  };

  it.each([
    [
      'said otherwise',
      'SELECT k.name FROM kite k WHERE NOT k.span_cm <= 250',
      'SELECT name FROM kite WHERE span_cm > 250',
      true,
    ],
    [
      'one off',
      'SELECT name FROM kite WHERE span_cm >= 250',
      'SELECT name FROM kite WHERE span_cm > 250',
      false,
    ],
    ['unsorted', 'SELECT name FROM kite', 'SELECT name FROM kite ORDER BY span_cm', false],
    [
      'sorted by accident',
      'SELECT builder, COUNT(*) FROM kite GROUP BY builder',
      'SELECT builder, COUNT(*) FROM kite GROUP BY builder ORDER BY builder',
      false,
    ],
    ['sorted though nobody asked', 'SELECT name FROM kite ORDER BY span_cm', 'SELECT name FROM kite', true],
    [
      'without the join',
      'SELECT id FROM kite',
      'SELECT DISTINCT kite.id FROM kite JOIN flight ON flight.kite_id = kite.id',
      false,
    ],
    [
      'joined by the wrong key',
      'SELECT kite.name FROM kite JOIN flight ON flight.id = kite.id',
      'SELECT kite.name FROM kite JOIN flight ON flight.kite_id = kite.id',
      false,
    ],
    ['a column more', 'SELECT id, name FROM kite', 'SELECT name FROM kite', false],
    [
      'NULL left out',
      'SELECT builder, COUNT(*) FROM kite WHERE builder IS NOT NULL GROUP BY builder',
      'SELECT builder, COUNT(*) FROM kite GROUP BY builder',
      false,
    ],
    ['COUNT of a column with NULL', 'SELECT COUNT(builder) FROM kite', 'SELECT COUNT(*) FROM kite', false],
  ])('%s', (_, sql, reference, correct) =>
    expect(verdictOn(sql, reference)).toEqual({ valid: true, namesExist: true, correct }),
  );

  it.each([
    ['SELECT colour FROM kite', false],
    ['SELECT flight.name FROM flight', false],
    ['SELECT name FROM kites', false],
    ['SELECT "colour" FROM kite', false],
    // SQLite does not come as far as looking names up, or stops before it has looked them all up.
    ['SELECT id FROM kite, flight', true],
    ['SELECT name FROM kite WHERE', true],
    ['SELECT colour FROM kite WHERE', false],
    ['SELECT k.name AS n FROM kite AS k JOIN flight f ON ORDER BY n, f.id', true],
    ['SELECT MAXIMUM(span_cm) FROM kite', true],
    ["SELECT name FROM kite WHERE name = 'colour' AND", true],
  ])('%s does not prepare; names exist: %s', (sql, namesExist) =>
    expect(verdictOn(sql, 'SELECT name FROM kite')).toEqual({ valid: false, namesExist, correct: false }),
  );

  it.each([
    'DELETE FROM kite',
    "UPDATE kite SET name = 'x'",
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n',
    'SELECT COUNT(*) FROM kite, kite a, kite b, kite c, kite d, kite e, kite f, kite g, kite h',
    'SELECT abs(-9223372036854775808) FROM kite',
  ])('%s is valid, and neither right nor harmful', (sql) => {
    const { judge, close } = judgeOf(asCase('SELECT name FROM kite'), openMemoryDatabase);
    expect(judge(sql)).toEqual({ valid: true, namesExist: true, correct: false });
    expect(judge('SELECT name FROM kite').correct).toBe(true);
    close();
  });
});

describe('a case that nothing can be judged by is told and not counted', () => {
  it.each([
    ['no such table', asCase('SELECT * FROM swing'), /no such table: swing/],
    ['a schema with an error', asCase('SELECT 1', { schema: 'CREATE TABLE (x)' }), /syntax error/],
    [
      'a setup with an error',
      asCase('SELECT * FROM kite', { setup: 'INSERT INTO kite VALUES (1)' }),
      /kite has 4 columns/,
    ],
    ['never a row', asCase('SELECT * FROM kite WHERE span_cm > 5 AND span_cm < 5'), /gives no row/],
    ['always a count of nothing', asCase('SELECT COUNT(*) FROM kite WHERE id IS NULL'), /gives no row/],
    [
      'an order full of ties',
      asCase('SELECT name FROM kite ORDER BY span_cm > 0'),
      /order .* is not decided/,
    ],
    [
      'a first one of many',
      asCase('SELECT name FROM kite WHERE id = (SELECT id FROM kite ORDER BY 1 + 1 LIMIT 1)'),
      /order .* is not decided/,
    ],
    [
      'a check that nothing passes',
      asCase('SELECT x FROM t', { schema: 'CREATE TABLE t (x INT NOT NULL CHECK (x * x = -1))' }),
      /no random row fits the table t/,
    ],
  ])('%s', async (_, sqlCase, reason) => {
    const { report } = await evaluate([sqlCase, CASES[1]!], ({ sql }) => sql);
    expect(report.cases).toBe(1);
    expect(report.faults).toEqual([
      { question: sqlCase.question, reason: expect.stringMatching(reason) as string },
    ]);
  });
});

it('rows of the setup are there beside the random ones', () => {
  const setup = "INSERT INTO kite VALUES (-5, 'Delta', 900, 'Ada')";
  const { judge, close } = judgeOf(
    asCase('SELECT span_cm FROM kite WHERE id = -5', { setup }),
    openMemoryDatabase,
  );
  expect(judge('SELECT 900').correct).toBe(true);
  expect(judge('SELECT span_cm FROM kite').correct).toBe(false);
  close();
});

describe('cases as a file', () => {
  it('reads one a line', () => {
    const text =
      '{"schema":"S","question":"Q","sql":"X"}\r\n\n{"schema":"S","question":"R","sql":"Y","setup":"Z"}\n';
    expect(parseCases(text, 'a.jsonl')).toEqual([
      { schema: 'S', question: 'Q', sql: 'X' },
      { schema: 'S', question: 'R', sql: 'Y', setup: 'Z' },
    ]);
  });

  it.each([
    ['', /a\.jsonl holds no case/],
    ['{"schema":"S","question":"Q"}', /a\.jsonl:1: sql is missing/],
    ['{"schema":"S","question":"Q","sql":"X"}\n{', /a\.jsonl:2 is not valid JSON/],
    ['[]', /a\.jsonl:1: the content is not a JSON object/],
  ])('%j', (text, sentence) => expect(() => parseCases(text, 'a.jsonl')).toThrow(sentence));
});
