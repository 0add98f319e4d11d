import { expect, it } from 'vitest';
import { rowsOf } from '../../../../src/evaluation/sql/database.ts';
import { isOrdered, withRandomTies } from '../../../../src/evaluation/sql/order.ts';
import { withSqlite } from '../../../support/sqliteInMemory.ts';

it.each([
  ['SELECT x FROM t ORDER BY x', true, 'SELECT x FROM t ORDER BY x, random()'],
  [
    'SELECT x FROM t order by y desc, x LIMIT 3;',
    true,
    'SELECT x FROM t order by y desc, x, random() LIMIT 3;',
  ],
  ['SELECT x FROM t', false, undefined],
  ["SELECT 'ORDER BY x' FROM t -- ORDER BY x", false, undefined],
  ['SELECT "order" FROM t', false, undefined],
  [
    'SELECT x FROM t WHERE x = (SELECT MAX(x) FROM t ORDER BY (y + 1) LIMIT 1)',
    false,
    'SELECT x FROM t WHERE x = (SELECT MAX(x) FROM t ORDER BY (y + 1), random() LIMIT 1)',
  ],
  ['SELECT ROW_NUMBER() OVER (ORDER BY x) FROM t', false, undefined],
  [
    'WITH a AS (SELECT x FROM t) SELECT x FROM a ORDER BY x;',
    true,
    'WITH a AS (SELECT x FROM t) SELECT x FROM a ORDER BY x, random();',
  ],
])('%s', (query, ordered, shuffled) => {
  expect(isOrdered(query)).toBe(ordered);
  expect(withRandomTies(query)).toBe(shuffled);
});

it('ties come in another order, what is ordered does not', () => {
  const sets = withSqlite((database) => {
    const shuffled = withRandomTies('SELECT x, y FROM t ORDER BY x')!;
    return Array.from({ length: 30 }, () => rowsOf(database, shuffled));
  }, 'CREATE TABLE t (x, y); INSERT INTO t VALUES (1, 1), (2, 2), (2, 3), (3, 4);');
  for (const rows of sets) expect(rows.map(([x]) => x)).toEqual([1, 2, 2, 3]);
  expect(new Set(sets.map((rows) => JSON.stringify(rows)))).toHaveLength(2);
});
