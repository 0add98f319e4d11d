/** Expressions: what every dialect has, and the functions that each of them has with the arguments that they take. */
import type { Dialect } from '../../model/databaseSchema.ts';
import { COLUMN } from './columns.ts';
import { FUNCTIONS, type Arguments } from './functions.ts';
import {
  act,
  either,
  glued,
  make,
  NUMBER,
  optional,
  perKey,
  repeat,
  sequence,
  STRING,
  word,
  type Node,
} from './nodes.ts';
import { withUnnamedPart } from './scope.ts';
import { mayNest, subquery } from './subquery.ts';

const unnamed = act(withUnnamedPart);

const NOT = optional('NOT', unnamed);

const CAST_TYPES = {
  sqlite: word('INTEGER', 'INT', 'REAL', 'FLOAT', 'NUMERIC', 'TEXT', 'DECIMAL', 'DATE'),
  postgresql: word(
    'INTEGER',
    'INT',
    'BIGINT',
    'REAL',
    'NUMERIC',
    'DECIMAL',
    'TEXT',
    'VARCHAR',
    'DATE',
    'TIMESTAMP',
  ),
  mysql: word('SIGNED', 'UNSIGNED', 'DECIMAL', 'CHAR', 'DATE', 'DATETIME'),
};

const literal = sequence(either(NUMBER, sequence('-', NUMBER), STRING, 'NULL'), unnamed);

const LIKES = {
  sqlite: word('LIKE', 'GLOB'),
  postgresql: word('LIKE', 'ILIKE'),
  mysql: word('LIKE', 'REGEXP'),
};

const arithmetic = either('+', '-', '*', '/', '%', '||');

const now = sequence(word('CURRENT_DATE', 'CURRENT_TIMESTAMP'), unnamed);

export type Expressions = {
  readonly expression: Node;
  /** In ORDER BY or GROUP BY, where a number alone would be the number of a column. */
  readonly term: Node;
};

/** @param query what stands in brackets and behind EXISTS and IN */
export function createExpressions(query: Node): Expressions {
  const expression: Node = make(() => whole);
  const operand: Node = make(() => part);
  const scalar = subquery(query, { width: 1 });

  const more = repeat(
    either(
      sequence(arithmetic, operand),
      comparison({ expression, operand, scalar }),
      sequence(either('AND', 'OR'), NOT, operand),
    ),
    unnamed,
  );
  const named = either(
    COLUMN,
    functionCalls(expression),
    sequence('(', unnamed, either(expression, scalar), ')'),
    caseOf(expression, operand),
    castOf(expression),
  );
  const exists = sequence(mayNest, 'EXISTS', '(', subquery(query, {}), ')', unnamed);
  const part = either(literal, named, exists, now);
  const whole = sequence(NOT, part, more);
  return { expression, term: sequence(named, more) };
}

type Parts = { readonly expression: Node; readonly operand: Node; readonly scalar: Node };

function comparison({ expression, operand, scalar }: Parts): Node {
  const sum = sequence(operand, repeat(arithmetic, operand));
  return either(
    sequence(either('=', '<>', '!=', '<', '<=', '>', '>='), operand),
    sequence('IS', optional('NOT'), 'NULL'),
    sequence(
      optional('NOT'),
      make(({ catalog }) => LIKES[catalog.dialect]),
      operand,
    ),
    sequence(optional('NOT'), 'IN', '(', either(sequence(expression, repeat(',', expression)), scalar), ')'),
    sequence(optional('NOT'), 'BETWEEN', sum, 'AND', operand),
  );
}

function caseOf(expression: Node, operand: Node): Node {
  const when = sequence('WHEN', expression, 'THEN', expression);
  const whenIs = sequence('WHEN', operand, 'THEN', expression);
  const choices = either(sequence(when, repeat(when)), sequence(operand, whenIs, repeat(whenIs)));
  return sequence('CASE', unnamed, choices, optional('ELSE', expression), 'END');
}

function castOf(expression: Node): Node {
  const type = make(({ catalog: { dialect } }) => CAST_TYPES[dialect]);
  return sequence('CAST', glued('('), unnamed, expression, 'AS', type, ')');
}

/** Calls of every function that may stand here, by what they take. */
function functionCalls(expression: Node): Node {
  const within = act((before) => ({
    ...withUnnamedPart(before),
    ...{ mayAggregate: false, isAggregating: true },
  }));
  const behind = act((after) => ({
    ...{ ...after, mayAggregate: true, isAggregating: false },
    item: { ...after.item, isAggregate: true },
  }));
  const enter = act((scope) => ({ ...scope, nCalls: scope.nCalls + 1 }));
  const leave = act((scope) => ({ ...scope, nCalls: scope.nCalls - 1 }));
  const plainOf = perKey((dialect: Dialect) =>
    either(
      ...FUNCTIONS[dialect].plain.map(({ names, takes }) =>
        sequence(word(...names), glued('('), unnamed, enter, argumentsOf(takes, expression), ')', leave),
      ),
    ),
  );
  const allOf = perKey((dialect: Dialect) =>
    either(
      plainOf(dialect),
      ...FUNCTIONS[dialect].aggregates.map(({ names, takes }) =>
        sequence(word(...names), glued('('), within, aggregated(takes, expression), ')', behind),
      ),
    ),
  );
  return make(({ mayAggregate, nCalls, catalog: { dialect } }) => {
    if (nCalls >= MAX_CALLS) return either();
    return mayAggregate ? allOf(dialect) : plainOf(dialect);
  });
}

function aggregated(takes: Arguments, expression: Node): Node {
  if (takes === 'rows') return either('*', sequence(optional('DISTINCT'), expression));
  if (takes === 1) return sequence(optional('DISTINCT'), expression);
  return argumentsOf(takes, expression);
}

function argumentsOf(takes: Arguments, expression: Node): Node {
  if (takes === 'rows') return sequence('*');
  const [least, most] = typeof takes === 'number' ? [takes, takes] : takes;
  if (most === 0) return sequence();
  const more = Array.from({ length: Math.min(most, MANY) - 1 }, (_, index) => index + 2).reduceRight<Node>(
    (rest, n) => (n <= least ? sequence(',', expression, rest) : optional(',', expression, rest)),
    most > MANY ? repeat(',', expression) : sequence(),
  );
  const all = sequence(expression, more);
  return least === 0 ? optional(all) : all;
}

/** Calls within calls that are still read: a model that has lost its way would go on for ever. */
const MAX_CALLS = 3;

/** Of a function that takes any number of arguments, so many are counted. */
const MANY = 6;
