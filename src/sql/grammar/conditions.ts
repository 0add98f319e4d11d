/** Conditions as a careful person writes them. */
import { COLUMN } from './columns.ts';
import { constant } from './constants.ts';
import { alike, anew } from './expected.ts';
import { mayLookElsewhere } from './join.ts';
import { areComparable } from './kinds.ts';
import { act, either, guard, literalOf, make, optional, repeat, sequence, word, type Node } from './nodes.ts';
import { withUnnamedPart, type Expected, type Scope } from './scope.ts';
import { columnOf, mayNest, subquery } from './subquery.ts';

const unnamed = act(withUnnamedPart);

/**
 * Behind WHERE and HAVING.
 *
 * @param side what can be compared
 * @param query stands behind EXISTS and IN, and on the right side of a comparison
 */
export function conditionsOf(side: Node, query: Node): Node {
  // What exists belongs to a table that is there.
  const mayAsk = guard((scope) => scope.phase === 'rest' && mayLookElsewhere(scope));
  const exists = sequence(mayNest, mayAsk, optional('NOT'), 'EXISTS', '(', subquery(query, {}), ')', unnamed);
  const isTrue = sequence(
    guard(hasTruths),
    optional('NOT'),
    act((scope) => ({ ...scope, expected: { kind: 'truth', isDeclared: true, isMust: true } })),
    COLUMN,
    anew,
  );
  const simple = either(
    sequence(act(expectNotEquated), side, comparisonWith(side, query)),
    ...[exists, isTrue],
  );
  const or = sequence(
    'OR',
    act((scope) => ({ ...scope, equated: [] })),
  );
  // Brackets are for what binds less than AND.
  const several = sequence(
    guard(({ nConditions }) => nConditions + 2 <= MAX_CONDITIONS),
    ...[mayGoOn, '(', simple],
    ...[sequence(mayGoOn, or, simple), repeat(mayGoOn, or, simple), ')'],
  );
  const one = either(simple, several);
  return sequence(
    act((scope) => ({ ...scope, nConditions: 0, equated: [] })),
    one,
    repeat(mayGoOn, either('AND', or), one),
  );
}

function hasTruths({ phase, sources, catalog }: Scope): boolean {
  const tables = phase === 'list' ? [...catalog.relations.values()] : sources.map(({ relation }) => relation);
  return tables.some(({ kinds }) => [...kinds.values()].includes('truth'));
}

/** A column that is to be equal to something is not to be anything else as well. */
function expectNotEquated(scope: Scope): Scope {
  const { equated } = scope;
  const expected: Expected | undefined = equated.length === 0 ? undefined : { kind: 'any', but: equated };
  return { ...scope, compared: { kind: 'any' }, expected };
}

function equate(scope: Scope): Scope {
  const { column } = scope.compared;
  return column === undefined ? scope : { ...scope, equated: [...scope.equated, column] };
}

/** A model that has lost its way adds one to the other for ever. Not the last that may come opens a bracket. */
const MAX_CONDITIONS = 6;

const mayGoOn = act((scope) =>
  scope.nConditions < MAX_CONDITIONS ? { ...scope, nConditions: scope.nConditions + 1 } : undefined,
);

/** What stands behind the left side. */
function comparisonWith(side: Node, query: Node): Node {
  const inBrackets = sequence(mayNest, '(', columnOf(query, { isScalar: true }), ')', unnamed);
  const right = sequence(alike, either(constant, side, inBrackets), anew);
  const isOrdered = guard(({ compared: { kind, equals } }) => kind !== 'truth' && equals === undefined);
  const isText = guard(({ compared }) => areComparable(compared.kind, 'text'));
  const pattern = literalOf(({ catalog }) => catalog.literals.patterns);
  const like = make(({ catalog }) =>
    catalog.dialect === 'postgresql' ? word('LIKE', 'ILIKE') : word('LIKE'),
  );
  const isColumn = guard(({ compared }) => compared.column !== undefined);
  const mayBeNull = guard(({ compared, isOuterJoined }) => compared.isRequired !== true || isOuterJoined);
  const isList = guard(({ compared }) => compared.kind !== 'truth');
  return either(
    sequence('=', act(equate), right),
    sequence(either('<>', '!='), right),
    sequence(isOrdered, either('<', '<=', '>', '>='), right),
    sequence(mayBeNull, 'IS', either(act(equate), 'NOT'), 'NULL'),
    sequence(isText, optional('NOT'), like, pattern),
    sequence(
      isList,
      optional('NOT'),
      ...['IN', '('],
      either(
        sequence(constant, repeat(',', constant)),
        sequence(isColumn, alike, columnOf(query, { isScalar: false })),
      ),
      ')',
    ),
    sequence(isOrdered, optional('NOT'), 'BETWEEN', constant, 'AND', constant),
  );
}
