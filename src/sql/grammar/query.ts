/** SELECT with all its parts. A query has a scope of its own, which ends with it. */
import { nameKey } from '../../model/databaseSchema.ts';
import { namesOf } from './catalog.ts';
import { aliasesOf, qualifiers } from './columns.ts';
import { createExpressions } from './expression.ts';
import { createFrom } from './from.ts';
import {
  act,
  either,
  glued,
  guard,
  integer,
  make,
  name,
  newName,
  optional,
  repeat,
  sequence,
  type Node,
} from './nodes.ts';
import { isResolved } from './resolve.ts';
import { endItem, newScope, NO_ITEM, nSourcesWith, resultNames, type Scope } from './scope.ts';
import { mayNest, relationOfResult, subquery } from './subquery.ts';

/** A query with all that stands in it. */
export const QUERY: Node = make(() => query);

const { expression: EXPRESSION, term: TERM } = createExpressions(QUERY);
const FROM = createFrom(QUERY, EXPRESSION);

const star = sequence(
  guard(({ width, result }) => width === undefined && result.length < 100),
  '*',
  act((scope) => ({ ...scope, result: [...scope.result, { kind: 'star', of: undefined }] })),
);

const tableStar = sequence(
  guard(({ width }) => width === undefined),
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
    ...scope,
    qualifier: '',
    wants: new Map([...scope.wants, [of, { ...want, isOuter: false }]]),
    result: [...scope.result, { kind: 'star', of }],
  };
}

const resultItem = either(
  sequence(
    act((scope) => ({ ...scope, item: NO_ITEM })),
    EXPRESSION,
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
    guard(({ width, result }) => width === undefined || result.length < width),
    ',',
    resultItem,
  ),
  guard(({ width, result }) => width === undefined || result.length === width),
);

const where = optional(
  'WHERE',
  act((scope) => ({ ...scope, mayAggregate: false })),
  EXPRESSION,
);

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
      TERM,
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

const anyCount = integer((scope) => scope);
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
    sequence('FROM', FROM, guard(isResolved), enterRest(), where, groupBy),
    // Without FROM there is nothing to take columns from.
    sequence(
      guard((scope) => !hasStar(scope) && isResolved(scope)),
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
  repeat(either(sequence('UNION', optional('ALL')), 'INTERSECT', 'EXCEPT'), unite, core),
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

function columnNumber(): Node {
  return integer((scope, n) => (n >= 1 && n <= resultNames(scope).length ? scope : undefined));
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
