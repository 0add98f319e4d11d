/** Functions that a statement may call, and how many arguments they take. */
import type { Dialect } from '../../model/databaseSchema.ts';

/** A number, from … to, or `*` as well as one (COUNT). */
export type Arguments = number | readonly [least: number, most: number] | 'rows';

type Group = { readonly names: readonly string[]; readonly takes: Arguments };

export type Functions = { readonly plain: readonly Group[]; readonly aggregates: readonly Group[] };

const ANY = 100;

const EVERYWHERE: readonly Group[] = [
  { names: ['ABS', 'LENGTH', 'LOWER', 'UPPER', 'LTRIM', 'RTRIM', 'TRIM'], takes: 1 },
  { names: ['ROUND'], takes: [1, 2] },
  { names: ['COALESCE'], takes: [2, ANY] },
  { names: ['NULLIF'], takes: 2 },
  { names: ['REPLACE'], takes: 3 },
];

const AGGREGATES: readonly Group[] = [
  { names: ['COUNT'], takes: 'rows' },
  { names: ['SUM', 'AVG', 'MIN', 'MAX'], takes: 1 },
];

export const FUNCTIONS: Readonly<Record<Dialect, Functions>> = {
  sqlite: {
    plain: [
      ...EVERYWHERE,
      { names: ['TYPEOF', 'HEX', 'UNICODE', 'SIGN'], takes: 1 },
      { names: ['IFNULL', 'INSTR'], takes: 2 },
      { names: ['SUBSTR', 'SUBSTRING'], takes: [2, 3] },
      { names: ['IIF'], takes: 3 },
      { names: ['DATE', 'TIME', 'DATETIME', 'JULIANDAY'], takes: [1, ANY] },
      { names: ['STRFTIME'], takes: [2, ANY] },
      { names: ['PRINTF'], takes: [1, ANY] },
    ],
    aggregates: [...AGGREGATES, { names: ['TOTAL'], takes: 1 }, { names: ['GROUP_CONCAT'], takes: [1, 2] }],
  },
  postgresql: {
    plain: [
      ...EVERYWHERE,
      { names: ['CEIL', 'FLOOR', 'INITCAP'], takes: 1 },
      { names: ['SUBSTRING', 'SUBSTR'], takes: [2, 3] },
      { names: ['GREATEST', 'LEAST', 'CONCAT'], takes: [1, ANY] },
      { names: ['DATE_TRUNC', 'DATE_PART', 'TO_CHAR', 'STRPOS', 'LEFT', 'RIGHT'], takes: 2 },
      { names: ['NOW'], takes: 0 },
    ],
    aggregates: [
      ...AGGREGATES,
      { names: ['STRING_AGG'], takes: 2 },
      { names: ['ARRAY_AGG', 'BOOL_AND', 'BOOL_OR'], takes: 1 },
    ],
  },
  mysql: {
    plain: [
      ...EVERYWHERE,
      { names: ['CEIL', 'FLOOR', 'YEAR', 'MONTH', 'DAY', 'HOUR', 'DATE', 'CHAR_LENGTH'], takes: 1 },
      { names: ['IFNULL', 'DATEDIFF', 'DATE_FORMAT', 'LEFT', 'RIGHT', 'INSTR'], takes: 2 },
      { names: ['SUBSTRING', 'SUBSTR'], takes: [2, 3] },
      { names: ['GREATEST', 'LEAST', 'CONCAT'], takes: [1, ANY] },
      { names: ['IF'], takes: 3 },
      { names: ['NOW', 'CURDATE'], takes: 0 },
    ],
    aggregates: [...AGGREGATES, { names: ['GROUP_CONCAT'], takes: 1 }],
  },
};
