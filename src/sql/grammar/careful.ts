/**
 * Expressions as a careful person writes them: a condition compares something that a table has with what can be
 * compared with it, and nothing is a condition, or a column of the result, just because SQL would take it.
 */
import { enterCall, functionCalls, leaveCall, listOf, mayCall } from './calls.ts';
import { COLUMN } from './columns.ts';
import { conditionsOf } from './conditions.ts';
import {
  constant,
  factor,
  format,
  joint,
  number,
  ONE,
  ownNumber,
  part,
  place,
  span,
  text,
} from './constants.ts';
import { alike, alikeTo, anew } from './expected.ts';
import type { FunctionGroup } from './functions.ts';
import { areComparable } from './kinds.ts';
import { act, either, glued, guard, make, optional, repeat, sequence, word, type Node } from './nodes.ts';
import { isInExists, withUnnamedPart, type Scope } from './scope.ts';

export type Careful = {
  /** Behind WHERE and HAVING. */
  readonly condition: Node;
  /** A column of the result, without its name. */
  readonly item: Node;
  /** In ORDER BY. */
  readonly term: Node;
};

const unnamed = act(withUnnamedPart);

const mayBeNumber = guard(({ expected }) => areComparable(expected?.kind ?? 'any', 'number'));

/** @param query what stands behind EXISTS and IN, and on the right side of a comparison */
export function createCareful(query: Node): Careful {
  const condition: Node = make(() => conditions);
  const calls: Node = make(() => allCalls);
  // Within a call, columns are counted with, and no further calls.
  const ofColumns = productOf(COLUMN);
  const count = either(sequence(COLUMN, optional(ofColumns.rest)), ofColumns.first);
  const allCalls = functionCalls((group, isAggregate) =>
    argumentsOf(group, either(count, isAggregate ? caseOf(condition, aNumber) : calls)),
  );
  const cast = castOf(either(COLUMN, calls));
  const product = productOf(either(COLUMN, calls, cast));
  const conditions = conditionsOf(sideOf(count), query);
  // What begins alike is read once: each further way to read a beginning would double the work at every bracket.
  const rest = either(product.rest, joinedTexts(either(COLUMN, calls)));
  const more = either(
    sequence(COLUMN, rest),
    sequence(either(calls, cast), optional(rest)),
    ...[product.first, product.ofNumber],
    ...[caseOf(condition, aNumber), caseOf(condition, aText)],
  );
  const column = sequence(act(expectNewColumn), COLUMN);
  const any = either(column, sequence(act(expectResult), more));
  const oneValue = sequence(act(expectResult), oneRow);
  const inExists = sequence(ONE, unnamed);
  return {
    condition,
    item: make((scope) => {
      if (isInExists(scope)) return inExists;
      if (scope.width === undefined || scope.depth === 0) return any;
      return scope.isScalar && scope.resultExpected?.equals === undefined ? oneValue : column;
    }),
    term: sequence(anew, either(sequence(either(COLUMN, calls), optional(product.rest)), product.first)),
  };
}

/** What gives one row whatever the table holds. */
const oneRow = functionCalls(
  (group) => argumentsOf(group, COLUMN),
  ({ isAggregate }) => isAggregate,
);

/** One side of a comparison, where nothing that is there for how a result looks has a place. */
function sideOf(count: Node): Node {
  const calls = functionCalls(
    (group) => argumentsOf(group, count),
    ({ group }) => group.isForResult !== true,
  );
  const value = either(COLUMN, calls);
  return sequence(value, optional(productOf(value).one));
}

function expectResult(scope: Scope): Scope {
  return { ...scope, compared: { kind: 'any' }, expected: scope.resultExpected };
}

/** Each column of the tables is there once. */
function expectNewColumn(scope: Scope): Scope {
  const but = scope.result.flatMap((column) =>
    column.kind === 'column' && column.written !== undefined ? [column.written] : [],
  );
  return { ...expectResult(scope), expected: { kind: 'any', ...scope.resultExpected, but } };
}

type Product = {
  /** Behind a first value. */
  readonly rest: Node;
  /** The same with one more value at the most. */
  readonly one: Node;
  /** Brackets first. */
  readonly first: Node;
  /** A number first. */
  readonly ofNumber: Node;
};

/** Something that is counted with, of several values. */
function productOf(value: Node): Product {
  const counts = guard(
    ({ compared: { kind, equals } }) => areComparable(kind, 'number') && equals === undefined,
  );
  const asNumber = act((scope) => ({
    ...scope,
    expected: { ...alikeTo({ ...scope.compared, kind: 'number' }), isMust: false },
    compared: { kind: 'number' },
  }));
  const over = act((scope) => ({ ...withUnnamedPart(scope), expected: undefined }));
  const furtherOf = (operand: Node) => {
    const times = sequence(either('*', '/', '%'), asNumber, either(operand, factor));
    const plus = sequence(either('+', '-'), asNumber, either(operand, ownNumber));
    return sequence(either(times, plus), asNumber);
  };
  // What is left of a whole: price * (1 - discount).
  const ofWhole = sequence(either(ONE, ownNumber), '-', asNumber, value);
  const within = either(sequence(asNumber, value, furtherOf(value), optional(furtherOf(value))), ofWhole);
  const brackets = sequence(mayBeNumber, '(', unnamed, within, ')', asNumber);
  const operand = either(value, brackets);
  const further = furtherOf(operand);
  const atMost = (n: number): Node => (n === 0 ? over : either(over, sequence(further, atMost(n - 1))));
  return {
    rest: sequence(counts, further, atMost(MAX_FURTHER)),
    one: sequence(counts, further, over),
    first: sequence(brackets, further, atMost(MAX_FURTHER)),
    ofNumber: sequence(mayBeNumber, factor, '*', asNumber, operand, asNumber, atMost(MAX_FURTHER)),
  };
}

/** A model that has lost its way counts on for ever. */
const MAX_FURTHER = 2;

/** Behind a first value. MySQL reads `||` as OR, by default. */
function joinedTexts(value: Node): Node {
  const then = act((scope) => ({ ...scope, expected: undefined }));
  const further = sequence('||', then, either(value, joint));
  return sequence(
    guard(({ catalog }) => catalog.dialect !== 'mysql'),
    further,
    repeat(further),
    act((scope) => ({ ...withUnnamedPart(scope), compared: { kind: 'text' } })),
  );
}

/** What a function takes: first something of a table, then also constants; spans and formats where it wants these. */
function argumentsOf({ takes, form, then }: FunctionGroup, sum: Node): Node {
  const spans = repeat(',', span);
  switch (form) {
    case 'day, spans':
      return sequence(either(sum, span), spans);
    case 'format, day, spans':
      return sequence(format, ',', either(sum, span), spans);
    case 'part, day':
      return sequence(part, ',', sum);
    case 'value, format':
      return sequence(sum, ',', format);
    default: {
      const further = {
        number: place,
        text: either(COLUMN, text),
        same: sequence(alike, either(COLUMN, constant)),
      }[then ?? 'same'];
      return listOf(takes, sum, further);
    }
  }
}

/** What is converted is a number in another form, or a text that holds one. */
const NUMBER_TYPES = {
  sqlite: word('INTEGER', 'REAL'),
  postgresql: word('INTEGER', 'NUMERIC', 'REAL'),
  mysql: word('SIGNED', 'DECIMAL'),
};

function castOf(sum: Node): Node {
  const type = make(({ catalog: { dialect } }) => NUMBER_TYPES[dialect]);
  const over = act((scope) => ({ ...scope, expected: undefined, compared: { kind: 'number' } }));
  return sequence(
    mayBeNumber,
    mayCall,
    'CAST',
    glued('('),
    unnamed,
    anew,
    enterCall,
    sum,
    leaveCall,
    'AS',
    type,
    ')',
    over,
  );
}

const aNumber = sequence(
  act((scope) => ({ ...scope, compared: { kind: 'any' }, expected: { kind: 'number', isMeasure: true } })),
  either(COLUMN, number),
);
const aText = sequence(
  act((scope) => ({ ...scope, compared: { kind: 'any' }, expected: { kind: 'text' } })),
  either(COLUMN, text),
);

/** CASE WHEN … THEN … END. */
function caseOf(condition: Node, result: Node): Node {
  const when = sequence('WHEN', condition, 'THEN', result);
  const otherwise = optional('ELSE', result);
  return sequence(mayCall, 'CASE', unnamed, enterCall, when, repeat(when), otherwise, leaveCall, 'END', anew);
}
