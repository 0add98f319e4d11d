/** SELECT with all its parts. A query has a scope of its own, which ends with it. */
import { nameKey } from '../../model/databaseSchema.ts';
import { createCareful } from './careful.ts';
import { namesOf } from './catalog.ts';
import { aliasesOf, qualifiers } from './columns.ts';
import { createExpressions } from './expression.ts';
import { createFrom } from './from.ts';
import { createGroupBy } from './group.ts';
import { correlation } from './join.ts';
import {
  act,
  either,
  glued,
  guard,
  integer,
  make,
  name,
  newName,
  numberOf,
  optional,
  repeat,
  sequence,
  type Node,
} from './nodes.ts';
import { isResolved } from './resolve.ts';
import { endItem, isInExists, newScope, NO_ITEM, nSourcesWith, resultNames, type Scope } from './scope.ts';
import { mayNest, relationOfResult, subquery } from './subquery.ts';

/** A query with all that stands in it. */
export const QUERY: Node = make(() => query);

const { expression: EXPRESSION, term: TERM } = createExpressions(QUERY);
const careful = createCareful(QUERY);
const FROM = createFrom(QUERY, EXPRESSION);

const star = sequence(
  guard((scope) => scope.width === undefined && scope.result.length < 100 && mayHaveStar(scope)),
  '*',
  act((scope) => withStar(scope, undefined)),
);

const tableStar = sequence(
  guard((scope) => scope.width === undefined && mayHaveStar(scope) && !isInExists(scope)),
  name(qualifiers, (scope, key) => ({ ...scope, qualifier: key })),
  glued('.'),
  glued('*'),
  act(wantTable),
);

/** All columns of a table that must come: a want without a column. */
function wantTable(scope: Scope): Scope | undefined {
  const of = scope.qualifier;
  const want = scope.wants.get(of) ?? { columns: [], isOuter: false };
  return {
    ...withStar(scope, of),
    qualifier: '',
    wants: new Map([...scope.wants, [of, { ...want, isOuter: false }]]),
  };
}

/** All columns beside an aggregate would all have to be grouped by. */
function mayHaveStar({ catalog, result }: Scope): boolean {
  return !catalog.isStrict || !result.some((column) => column.kind === 'column' && column.isAggregate);
}

function withStar(scope: Scope, of: string | undefined): Scope {
  const { result, mayAggregate, catalog } = scope;
  return {
    ...scope,
    result: [...result, { kind: 'star', of }],
    mayAggregate: mayAggregate && !catalog.isStrict,
  };
}

const resultItem = either(
  sequence(
    act((scope) => ({ ...scope, item: NO_ITEM })),
    strictly(careful.item, EXPRESSION),
    either(
      act((scope) => endItem(scope)),
      sequence(
        'AS',
        newName((scope, alias) => endItem(scope, alias)),
      ),
    ),
  ),
  tableStar,
  star,
);

const resultList = sequence(
  resultItem,
  repeat(
    guard((scope) => !isInExists(scope) && (scope.width === undefined || scope.result.length < scope.width)),
    ',',
    resultItem,
  ),
  guard(({ width, result }) => width === undefined || result.length === width),
);

const beforeGroups = act((scope) => ({ ...scope, mayAggregate: false }));

const where = optional('WHERE', beforeGroups, strictly(careful.condition, EXPRESSION));

/** Behind EXISTS, a careful person says first how the two queries belong together. */
function whereIn(scope: Scope): Node {
  const first = isInExists(scope) ? correlation(scope) : undefined;
  return first === undefined
    ? where
    : sequence('WHERE', beforeGroups, first, optional('AND', careful.condition));
}

const groupTerm = either(columnNumber(), TERM);

const groupBy = optional(
  'GROUP BY',
  act((scope) => ({ ...scope, mayAggregate: false, aliases: 'plain' })),
  groupTerm,
  repeat(',', groupTerm),
  act((scope) => ({ ...scope, isGrouped: true })),
  optional(
    'HAVING',
    act((scope) => ({ ...scope, mayAggregate: true, aliases: 'all' })),
    EXPRESSION,
  ),
);

const carefulGroupBy = createGroupBy(careful.term, careful.condition);

const direction = sequence(
  optional(either('ASC', 'DESC')),
  make(({ catalog: { dialect } }) =>
    dialect === 'mysql' ? sequence() : optional('NULLS', either('FIRST', 'LAST')),
  ),
);

/** A result's name stands for the result even where several tables have such a column. */
const resultName = name(
  (scope) => {
    const names = scope.united ?? aliasesOf(scope).filter((alias) => nSourcesWith(scope, nameKey(alias)) > 1);
    return [{ names: namesOf(names, scope.catalog.dialect) }];
  },
  (scope) => scope,
);

const orderTerm = sequence(
  either(
    columnNumber(),
    resultName,
    sequence(
      guard(({ united }) => united === undefined),
      strictly(careful.term, TERM),
    ),
  ),
  direction,
);

const orderBy = optional(
  'ORDER BY',
  act((scope) => ({ ...scope, mayAggregate: isAggregated(scope), aliases: 'all' })),
  orderTerm,
  repeat(',', orderTerm),
);

const anyCount = strictly(
  numberOf(({ catalog }) => catalog.literals.counts),
  integer((scope) => scope),
);
const comma = sequence(
  guard(({ catalog }) => catalog.dialect !== 'postgresql'),
  ',',
);
const limit = optional('LIMIT', anyCount, optional(either('OFFSET', comma), anyCount));

const core = sequence(
  'SELECT',
  optional(either('DISTINCT', 'ALL')),
  resultList,
  either(
    sequence('FROM', FROM, guard(isResolved), enterRest(), make(whereIn), strictly(carefulGroupBy, groupBy)),
    // Without FROM there is nothing to take columns from.
    sequence(
      guard((scope) => !scope.catalog.isStrict && !hasStar(scope) && isResolved(scope)),
      enterRest(),
    ),
  ),
);

const unite = act((scope) => {
  const names = scope.united ?? resultNames(scope).map((column) => column ?? '');
  const next = newScope(scope.catalog, { shared: scope.shared, width: resultNames(scope).length });
  return { ...next, outer: scope.outer, depth: scope.depth, isAlone: scope.isAlone, united: names };
});

const plainQuery = sequence(
  core,
  repeat(
    guard(({ catalog, depth }) => !catalog.isStrict || depth === 0),
    either(sequence('UNION', optional('ALL')), 'INTERSECT', 'EXCEPT'),
    unite,
    core,
  ),
  orderBy,
  limit,
);

const sharedQuery = sequence(
  newName((scope, alias) => (isNewRelation(scope, alias) ? { ...scope, qualifier: alias } : undefined)),
  'AS',
  '(',
  subquery(QUERY, {
    isAlone: true,
    leave: (outer, inner) => {
      const relation = relationOfResult(inner, outer.qualifier);
      return { ...outer, qualifier: '', shared: [...outer.shared, relation] };
    },
  }),
  ')',
);

const query: Node = sequence(
  optional(
    mayNest,
    guard(({ catalog }) => !catalog.isStrict),
    'WITH',
    sharedQuery,
    repeat(',', sharedQuery),
  ),
  plainQuery,
);

function isNewRelation({ shared, catalog }: Scope, alias: string): boolean {
  const key = nameKey(alias);
  return !catalog.relations.has(key) && shared.every((relation) => relation.key !== key);
}

function strictly(strict: Node, other: Node): Node {
  return make(({ catalog }) => (catalog.isStrict ? strict : other));
}

function columnNumber(): Node {
  return integer((scope, n) =>
    !(scope.catalog.isStrict && hasStar(scope)) && n >= 1 && n <= resultNames(scope).length
      ? scope
      : undefined,
  );
}

function isAggregated({ isGrouped, result }: Scope): boolean {
  return isGrouped || result.some((column) => column.kind === 'column' && column.isAggregate);
}

function hasStar({ result }: Scope): boolean {
  return result.some(({ kind }) => kind === 'star');
}

function enterRest(): Node {
  return act((scope) => ({ ...scope, phase: 'rest' }));
}
