/** Expressions: what every dialect has, and the functions that each of them has with the arguments that they take. */
import { aggregated, functionCalls, listOf } from './calls.ts';
import { COLUMN } from './columns.ts';
import {
  act,
  either,
  glued,
  make,
  NUMBER,
  optional,
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

const literal = sequence(
  either(NUMBER, sequence('-', NUMBER), STRING, 'NULL', word('TRUE', 'FALSE')),
  unnamed,
);

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
    functionCalls(({ takes }, isAggregate) =>
      isAggregate ? aggregated(takes, expression) : listOf(takes, expression),
    ),
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
