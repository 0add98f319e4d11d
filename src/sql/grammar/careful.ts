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
import { alikeTo } from './expected.ts';
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
const anew = act((scope) => ({ ...scope, compared: { kind: 'any' }, expected: undefined }));

const alike = act((scope) => ({ ...scope, expected: alikeTo(scope.compared) }));

const mayBeNumber = guard(({ expected }) => areComparable(expected?.kind ?? 'any', 'number'));

/** @param query what stands in brackets and behind EXISTS and IN */
export function createCareful(query: Node): Careful {
  const condition: Node = make(() => conditions);
  const sum: Node = make(() => sums);
  const calls = functionCalls((group, isAggregate) =>
    argumentsOf(group, isAggregate, either(sum, caseOf(condition, sum))),
  );
  const brackets = sequence(
    ...[mayBeNumber, mayCall, '(', unnamed, enterCall],
    make(() => product.whole),
    ...[leaveCall, ')'],
  );
  const other = either(calls, brackets, castOf(sum));
  const value = either(COLUMN, other);
  const product = productOf(value);
  // What begins alike is read once: each further way to read a beginning would double the work at every bracket.
  const rest = either(product.rest, joinedTexts(value));
  const sums = either(sequence(value, optional(rest)), product.ofNumber);
  // A conversion, or a number first, is no side of a comparison.
  const side = sequence(either(COLUMN, calls, brackets), optional(rest));
  const conditions = conditionsOf(side, query);
  const more = either(
    sequence(COLUMN, rest),
    sequence(other, optional(rest)),
    ...[product.ofNumber, caseOf(condition, sum)],
  );
  // A key is compared with a key.
  const mayBeMore = guard(({ resultExpected }) => resultExpected?.equals === undefined);
  return {
    condition,
    item: either(
      sequence(guard(isInExists), ONE, unnamed),
      sequence(
        guard((scope) => !isInExists(scope)),
        either(sequence(act(expectNewColumn), COLUMN), sequence(mayBeMore, act(expectResult), more)),
      ),
    ),
    term: sequence(anew, either(sum, caseOf(condition, sum))),
  };
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

/** Something that is counted with: what stands behind a first value, or the whole where a number comes first. */
function productOf(value: Node): { readonly rest: Node; readonly ofNumber: Node; readonly whole: Node } {
  const counts = guard(
    ({ compared: { kind, equals } }) => areComparable(kind, 'number') && equals === undefined,
  );
  const asNumber = act((scope) => ({
    ...scope,
    expected: { ...alikeTo({ ...scope.compared, kind: 'number' }), isMust: false },
    compared: { kind: 'number' },
  }));
  const times = sequence(either('*', '/', '%'), asNumber, either(value, factor));
  const plus = sequence(either('+', '-'), asNumber, either(value, ownNumber));
  const further = sequence(either(times, plus), asNumber);
  const over = act((scope) => ({ ...withUnnamedPart(scope), expected: undefined }));
  const atMost = (n: number): Node => (n === 0 ? over : either(over, sequence(further, atMost(n - 1))));
  const ofNumber = sequence(mayBeNumber, factor, '*', asNumber, value, asNumber, atMost(MAX_FURTHER));
  // What is left of a whole: price * (1 - discount).
  const ofWhole = sequence(either(ONE, ownNumber), '-', asNumber, value, asNumber, over);
  return {
    rest: sequence(counts, further, atMost(MAX_FURTHER)),
    ofNumber,
    whole: either(sequence(asNumber, value, further, atMost(MAX_FURTHER)), ofNumber, ofWhole),
  };
}

/** A model that has lost its way counts on for ever. */
const MAX_FURTHER = 3;

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
function argumentsOf({ takes, form, then }: FunctionGroup, isAggregate: boolean, sum: Node): Node {
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
        text: either(sum, joint),
        same: sequence(alike, either(COLUMN, constant)),
      }[then ?? 'same'];
      if (!isAggregate) return listOf(takes, sum, further);
      return takes === 'rows'
        ? either('*', sequence(optional('DISTINCT'), sum))
        : listOf(takes, sum, further);
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

/** CASE WHEN … THEN … END. */
function caseOf(condition: Node, sum: Node): Node {
  const result = sequence(anew, either(sum, number, text));
  const when = sequence('WHEN', condition, 'THEN', result);
  const otherwise = optional('ELSE', result);
  return sequence(mayCall, 'CASE', unnamed, enterCall, when, repeat(when), otherwise, leaveCall, 'END', anew);
}
