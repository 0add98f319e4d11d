import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../../src/evaluation/sql/database.ts';
import { sameRows } from '../../../../src/evaluation/sql/rows.ts';
import { withSqlite } from '../../../support/sqliteInMemory.ts';

/** Rows as SQLite gives them. */
const rows = (query: string) => withSqlite((database) => rowsOf(database, query));
const values = (...all: readonly string[]) => rows(`VALUES ${all.join(', ')}`);

describe('in any order', () => {
  it.each([
    ['the same', ["(1, 'a')", "(2, 'b')"], ["(1, 'a')", "(2, 'b')"], true],
    ['in another order', ["(2, 'b')", "(1, 'a')"], ["(1, 'a')", "(2, 'b')"], true],
    ['a row too many', ['(1)', '(2)'], ['(1)'], false],
    ['a duplicate too few', ['(1)', '(2)', '(2)'], ['(1)', '(1)', '(2)'], false],
    ['NULL', ['(NULL)'], ['(NULL)'], true],
    ['NULL is not nought', ['(NULL)'], ['(0)'], false],
    ['NULL is no text', ['(NULL)'], ["('null')"], false],
    ['1 and 1.0', ['(1)'], ['(1.0)'], true],
    ['a number and a text', ['(1)'], ["('1')"], false],
    ['sums in another order', ['(0.1 + 0.2)'], ['(0.3)'], true],
    ['a hundredth more', ['(1234.56)'], ['(1234.57)'], false],
    ['large whole numbers', ['(9007199254740993)'], ['(9007199254740993)'], true],
    ['bytes', ["(x'00ff')"], ["(x'00fe')"], false],
    ['columns in another order', ["('a', 1)", "('b', 2)"], ["(1, 'a')", "(2, 'b')"], true],
    ['columns that belong to other rows', ['(1, 4)', '(2, 3)'], ['(1, 3)', '(2, 4)'], false],
    ['columns that are alike', ['(1, 2, 5)', '(2, 1, 6)'], ['(2, 1, 5)', '(1, 2, 6)'], true],
    ['a column too many', ['(1, 1)'], ['(1)'], false],
    ['letters of another size', ["('A')"], ["('a')"], false],
  ])('%s', (_, answer, reference, same) => {
    expect(sameRows(values(...answer), values(...reference), false)).toBe(same);
    expect(sameRows(values(...reference), values(...answer), false)).toBe(same);
  });
});

it('the order counts where it was asked for, columns may still change places', () => {
  const [upwards, downwards] = [values("(1, 'a')", "(2, 'b')"), values("(2, 'b')", "(1, 'a')")];
  expect(sameRows(upwards, downwards, true)).toBe(false);
  expect(sameRows(values("('a', 1)", "('b', 2)"), upwards, true)).toBe(true);
});

it('no rows are no rows, however many columns they would have', () => {
  expect(sameRows(rows('SELECT 1 WHERE FALSE'), rows('SELECT 1, 2 WHERE FALSE'), true)).toBe(true);
  expect(sameRows(rows('SELECT 1 WHERE FALSE'), values('(1)'), false)).toBe(false);
});

it('many columns with the same values end soon', () => {
  const wide = (last: string) => values(`(${'1, '.repeat(14)}${last})`, `(${'1, '.repeat(14)}3)`);
  expect(sameRows(wide('2'), wide('2'), false)).toBe(true);
  expect(sameRows(wide('2'), wide('4'), false)).toBe(false);
});

it('two columns of the same name are two, and the order of a query is kept', () => {
  const query = 'SELECT a.x, b.x FROM a JOIN b ORDER BY a.x DESC, b.x; -- done';
  const found = withSqlite(
    (database) => rowsOf(database, query.replace(/ --.*/, '')),
    'CREATE TABLE a (x); CREATE TABLE b (x); INSERT INTO a VALUES (1), (2); INSERT INTO b VALUES (8), (7);',
  );
  expect(found).toEqual([
    [2, 7],
    [2, 8],
    [1, 7],
    [1, 8],
  ]);
});
