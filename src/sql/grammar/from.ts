/** FROM: tables under their names, joined until everything that was used is there. */
import { nameKey } from '../../model/databaseSchema.ts';
import { namesOf, type Relation } from './catalog.ts';
import { columnsOf, wantedNames } from './columns.ts';
import { isAnyOf } from './expected.ts';
import { isLinked, joinCondition, leadsOn } from './join.ts';
import {
  act,
  either,
  guard,
  make,
  name,
  newName,
  optional,
  repeat,
  sequence,
  type NameChoice,
  type Node,
} from './nodes.ts';
import { canBeNamed, canJoin } from './resolve.ts';
import { nSourcesWith, relationNamed, sourceNamed, type Scope } from './scope.ts';
import { mayNest, relationOfResult, subquery } from './subquery.ts';
import { Filter } from './wordList.ts';

const tableName = name(tables, (scope, key) => {
  const pending = relationNamed(scope, key);
  return pending && canJoin(scope, pending) ? { ...scope, phase: 'from', pending } : undefined;
});

const usualAlias = name(aliases, takeAlias);

const alias = make(({ catalog }) =>
  catalog.isStrict
    ? sequence(
        guard((scope) => isAnyOf(aliases(scope))),
        optional('AS'),
        usualAlias,
      )
    : either(sequence('AS', newName(takeAlias)), usualAlias),
);

const ownName = act((scope) => takeAlias(scope, scope.pending?.key ?? ''));

const joinKind = either(
  'JOIN',
  sequence('INNER', 'JOIN'),
  sequence(either('LEFT', 'RIGHT', 'FULL'), optional('OUTER'), 'JOIN'),
);

const outer = act((scope) => ({ ...scope, isOuterJoined: true }));

const plainJoin = sequence(optional(either('INNER', sequence('LEFT', outer, optional('OUTER')))), 'JOIN');

/** @param expression stands behind ON */
export function createFrom(query: Node, expression: Node): Node {
  const derived = sequence(
    mayNest,
    guard(({ catalog }) => !catalog.isStrict),
    // Its columns are not known before its end: they must not stand in the way of what has been used.
    guard(({ loose, sources, wants }) => loose.length === 0 || (sources.length === 0 && wants.size === 0)),
    '(',
    act((scope) => ({ ...scope, phase: 'from' })),
    subquery(query, {
      isAlone: true,
      leave: (outer, inner) => ({ ...outer, pending: relationOfResult(inner, '') }),
    }),
    ')',
    guard(({ pending, ...scope }) => pending !== undefined && canJoin({ ...scope, pending }, pending)),
    // Other dialects want a name here.
    make(({ catalog }) => (catalog.dialect === 'sqlite' ? either(alias, ownName) : alias)),
  );
  const source = either(sequence(tableName, either(alias, ownName)), derived);
  const begin = act((scope) => ({ ...scope, mayAggregate: false }));
  const on = sequence('ON', begin, expression);
  const equal = sequence('ON', begin, make(joinCondition));
  const using = sequence(
    guard(hasSharedColumn),
    'USING',
    '(',
    usedColumn(),
    repeat(guard(hasSharedColumn), ',', usedColumn()),
    ')',
  );
  const further = either(
    sequence(either(',', sequence('CROSS', 'JOIN')), source),
    sequence(joinKind, source, either(on, using)),
  );
  const strictly = sequence(plainJoin, source, equal);
  return sequence(
    source,
    repeat(
      guard((scope) => !everyTableConflicts(scope)),
      make(({ catalog }) => (catalog.isStrict ? strictly : further)),
    ),
  );
}

function tables(scope: Scope): readonly NameChoice[] {
  const isFree = scope.loose.length === 0 && scope.wants.size === 0;
  const filter = new Filter((key) => {
    const relation = relationNamed(scope, key);
    return relation !== undefined && (isFree || canJoin(scope, relation)) && mayJoin(scope, relation);
  });
  const shared = namesOf(
    scope.shared.map(({ name: written }) => written),
    scope.catalog.dialect,
  );
  return [
    { names: scope.catalog.relationNames, filter },
    { names: shared, filter },
  ];
}

/** A careful person would. */
function mayJoin(scope: Scope, relation: Relation): boolean {
  return isUseful(scope, relation) && isLinked(scope, relation) && leadsOn(scope, relation);
}

/** A model that has lost its way joins the same table for ever: once more only where a name waits for it. */
function isUseful(scope: Scope, relation: Relation): boolean {
  if (!scope.catalog.isStrict || scope.sources.every((source) => source.relation !== relation)) return true;
  return [...scope.wants.keys()].some(
    (key) =>
      key !== relation.key && sourceNamed(scope, key) === undefined && canBeNamed(scope, relation, key),
  );
}

/** Without AS: what was used before a point already, or what people call such a table. */
function aliases(scope: Scope): readonly NameChoice[] {
  const { pending, catalog } = scope;
  if (pending === undefined) return [];
  const filter = new Filter((key) => canBeNamed(scope, pending, key));
  const fitting = new Filter(
    (key) =>
      (catalog.relations.get(pending.key) !== pending ||
        catalog.shortNames.get(key)?.includes(pending) === true) &&
      filter.accepts(key),
  );
  return [
    { names: namesOf(wantedNames(scope), catalog.dialect), filter },
    { names: catalog.shortNameList, filter: fitting },
  ];
}

function takeAlias(scope: Scope, text: string): Scope | undefined {
  const { pending } = scope;
  const key = nameKey(text);
  if (pending === undefined || !canBeNamed(scope, pending, key)) return undefined;
  return { ...scope, pending: undefined, sources: [...scope.sources, { key, relation: pending }] };
}

function everyTableConflicts(scope: Scope): boolean {
  if (scope.loose.length === 0 && !scope.catalog.isStrict) return false;
  const all: Iterable<Relation> = [...scope.shared, ...scope.catalog.relations.values()];
  for (const relation of all) if (canJoin(scope, relation) && mayJoin(scope, relation)) return false;
  return true;
}

/** A column that the last table shares with exactly one before it. */
function usedColumn(): Node {
  return name(
    (scope) => {
      const last = scope.sources.at(-1);
      return last === undefined ? [] : [columnsOf(last.relation, (key) => isShared(scope, key))];
    },
    (scope, key) => ({ ...scope, merged: new Set([...scope.merged, key]) }),
  );
}

function hasSharedColumn(scope: Scope): boolean {
  return [...(scope.sources.at(-1)?.relation.columns ?? [])].some((key) => isShared(scope, key));
}

function isShared(scope: Scope, key: string): boolean {
  const before = { ...scope, sources: scope.sources.slice(0, -1) };
  return nSourcesWith(before, key) === 1 && !scope.merged.has(key);
}
