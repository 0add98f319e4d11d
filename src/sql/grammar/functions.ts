/** Functions that a statement may call, how many arguments they take and of what kind. */
import type { Dialect } from '../../model/databaseSchema.ts';
import type { Kind } from './kinds.ts';

/** A number, from … to, or `*` as well as one (COUNT). */
export type Arguments = number | readonly [least: number, most: number] | 'rows';

export type FunctionGroup = {
  readonly names: readonly string[];
  readonly takes: Arguments;
  /** What the first argument is; absent: anything. */
  readonly of?: Kind;
  /** What comes out; absent: what goes in first. */
  readonly gives?: Kind;
  /** What the others are; absent: such as the first. */
  readonly then?: 'number' | 'text';
  /** It changes how a result looks: nothing to compare. */
  readonly isForResult?: true;
  /** It adds up: of keys that makes no sense. */
  readonly isSum?: true;
  /** Which arguments are formats, parts or spans of time; absent: none. */
  readonly form?: 'day, spans' | 'format, day, spans' | 'part, day' | 'value, format';
  /** Who asks for it writes SQL without help. */
  readonly isRare?: true;
};

export type Functions = {
  readonly plain: readonly FunctionGroup[];
  readonly aggregates: readonly FunctionGroup[];
};

const ANY = 100;

const EVERYWHERE: readonly FunctionGroup[] = [
  { names: ['ABS'], takes: 1, of: 'number', gives: 'number', isForResult: true },
  { names: ['LENGTH'], takes: 1, of: 'text', gives: 'number' },
  { names: ['LOWER', 'UPPER', 'LTRIM', 'RTRIM', 'TRIM'], takes: 1, of: 'text', gives: 'text' },
  { names: ['ROUND'], takes: [1, 2], of: 'number', gives: 'number', then: 'number', isForResult: true },
  { names: ['COALESCE'], takes: [2, ANY], isForResult: true },
  { names: ['NULLIF'], takes: 2, isRare: true },
  { names: ['REPLACE'], takes: 3, of: 'text', gives: 'text', then: 'text', isRare: true },
];

const AGGREGATES: readonly FunctionGroup[] = [
  { names: ['COUNT'], takes: 'rows', gives: 'number' },
  { names: ['SUM', 'AVG'], takes: 1, of: 'number', gives: 'number', isSum: true },
  { names: ['MIN', 'MAX'], takes: 1 },
];

const SUBSTRING = { takes: [2, 3], of: 'text', gives: 'text', then: 'number' } as const;

export const FUNCTIONS: Readonly<Record<Dialect, Functions>> = {
  sqlite: {
    plain: [
      ...EVERYWHERE,
      { names: ['TYPEOF', 'HEX', 'UNICODE', 'SIGN'], takes: 1, gives: 'any', isRare: true },
      { names: ['IFNULL'], takes: 2, isForResult: true },
      { names: ['INSTR'], takes: 2, of: 'text', gives: 'number', then: 'text', isRare: true },
      { names: ['SUBSTR', 'SUBSTRING'], ...SUBSTRING },
      { names: ['IIF'], takes: 3, gives: 'any', isRare: true },
      { names: ['DATE', 'TIME', 'DATETIME'], takes: [1, ANY], of: 'day', gives: 'day', form: 'day, spans' },
      { names: ['JULIANDAY'], takes: [1, ANY], of: 'day', gives: 'number', form: 'day, spans' },
      { names: ['STRFTIME'], takes: [2, ANY], of: 'day', gives: 'text', form: 'format, day, spans' },
      { names: ['PRINTF'], takes: [1, ANY], gives: 'text', isRare: true },
    ],
    aggregates: [
      ...AGGREGATES,
      { names: ['TOTAL'], takes: 1, of: 'number', gives: 'number', isSum: true, isRare: true },
      { names: ['GROUP_CONCAT'], takes: [1, 2], gives: 'text', then: 'text' },
    ],
  },
  postgresql: {
    plain: [
      ...EVERYWHERE,
      { names: ['CEIL', 'FLOOR'], takes: 1, of: 'number', gives: 'number' },
      { names: ['INITCAP'], takes: 1, of: 'text', gives: 'text' },
      { names: ['SUBSTRING', 'SUBSTR'], ...SUBSTRING },
      { names: ['GREATEST', 'LEAST'], takes: [1, ANY], isForResult: true },
      { names: ['CONCAT'], takes: [1, ANY], gives: 'text', then: 'text', isForResult: true },
      { names: ['DATE_TRUNC'], takes: 2, of: 'day', gives: 'day', form: 'part, day' },
      { names: ['DATE_PART'], takes: 2, of: 'day', gives: 'number', form: 'part, day' },
      { names: ['TO_CHAR'], takes: 2, gives: 'text', form: 'value, format' },
      { names: ['STRPOS'], takes: 2, of: 'text', gives: 'number', then: 'text' },
      { names: ['LEFT', 'RIGHT'], takes: 2, of: 'text', gives: 'text', then: 'number' },
      { names: ['NOW'], takes: 0, gives: 'day' },
    ],
    aggregates: [
      ...AGGREGATES,
      { names: ['STRING_AGG'], takes: 2, gives: 'text', then: 'text' },
      { names: ['ARRAY_AGG'], takes: 1, gives: 'any' },
      { names: ['BOOL_AND', 'BOOL_OR'], takes: 1, of: 'truth', gives: 'truth' },
    ],
  },
  mysql: {
    plain: [
      ...EVERYWHERE,
      { names: ['CEIL', 'FLOOR'], takes: 1, of: 'number', gives: 'number' },
      { names: ['YEAR', 'MONTH', 'DAY', 'HOUR'], takes: 1, of: 'day', gives: 'number' },
      { names: ['DATE'], takes: 1, of: 'day', gives: 'day' },
      { names: ['CHAR_LENGTH'], takes: 1, of: 'text', gives: 'number' },
      { names: ['IFNULL'], takes: 2, isForResult: true },
      { names: ['DATEDIFF'], takes: 2, of: 'day', gives: 'number' },
      { names: ['DATE_FORMAT'], takes: 2, of: 'day', gives: 'text', form: 'value, format' },
      { names: ['LEFT', 'RIGHT'], takes: 2, of: 'text', gives: 'text', then: 'number' },
      { names: ['INSTR'], takes: 2, of: 'text', gives: 'number', then: 'text' },
      { names: ['SUBSTRING', 'SUBSTR'], ...SUBSTRING },
      { names: ['GREATEST', 'LEAST'], takes: [1, ANY], isForResult: true },
      { names: ['CONCAT'], takes: [1, ANY], gives: 'text', then: 'text', isForResult: true },
      { names: ['IF'], takes: 3, gives: 'any', isRare: true },
      { names: ['NOW', 'CURDATE'], takes: 0, gives: 'day' },
    ],
    aggregates: [...AGGREGATES, { names: ['GROUP_CONCAT'], takes: 1, gives: 'text' }],
  },
};
