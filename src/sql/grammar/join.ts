/** How tables are brought together as a careful person does it: along the keys that lead from one to the other. */
import { nameKey } from '../../model/databaseSchema.ts';
import { namesOf, type Catalog, type Relation } from './catalog.ts';
import { QUALIFIED } from './columns.ts';
import { reachedFrom } from './links.ts';
import { act, either, glued, name, sequence, type Node } from './nodes.ts';
import { lacking } from './resolve.ts';
import { isInExists, writtenName, type Scope, type Source } from './scope.ts';

/**
 * A further table belongs to one that is there, and one behind EXISTS to one of the query around it. Of a table that no
 * key leads to or from, nothing is known.
 */
export function isLinked(scope: Scope, relation: Relation): boolean {
  const { sources, catalog, outer } = scope;
  if (!catalog.isStrict) return true;
  if (sources.length > 0) return isLinkedToAny(scope, relation, sources);
  if (!isInExists(scope) || outer === undefined) return true;
  return isElsewhere(relation, outer) && isLinkedToAny(scope, relation, outer.sources);
}

/** Whether there is a table that can be looked into for each row of those that are there. */
export function mayLookElsewhere(scope: Scope): boolean {
  const { sources, catalog } = scope;
  return [...catalog.relations.values()].some(
    (relation) => isElsewhere(relation, scope) && isLinkedToAny(scope, relation, sources),
  );
}

function isElsewhere(relation: Relation, { sources }: Scope): boolean {
  return sources.every((source) => source.relation !== relation && source.key !== relation.key);
}

function isLinkedToAny(
  { catalog: { links } }: Scope,
  { key }: Relation,
  sources: readonly Source[],
): boolean {
  if (links.of(key).length === 0) return true;
  return sources.some(
    ({ relation }) => links.of(relation.key).length === 0 || links.between(relation.key, key).length > 0,
  );
}

/**
 * What has been used already leads the way. The first table gives some of it, or belongs to one that does, where it is
 * counted or holds others together; a further one gives some, or is nearer to one that does.
 */
export function leadsOn(scope: Scope, relation: Relation): boolean {
  const { sources, catalog } = scope;
  if (!catalog.isStrict) return true;
  const lists = lacking(scope);
  if (lists.length === 0 || lists.some((list) => list.includes(relation))) return true;
  if (sources.length === 0)
    return isMoreThanOne(scope, lists) && belongsToAny(relation, lists.flat(), catalog);
  return lists.some((list) => {
    const goals = new Set(list.map(({ key }) => key));
    const there = sources.map((source) => source.relation.key);
    return distanceTo(goals, [relation.key], scope) < distanceTo(goals, there, scope);
  });
}

/** Something is put together of several rows, or of several tables. */
function isMoreThanOne({ result }: Scope, lists: readonly (readonly Relation[])[]): boolean {
  return lists.length > 1 || result.some((column) => column.kind === 'column' && column.isAggregate);
}

/** By one foreign key after the other. */
function belongsToAny({ key }: Relation, others: readonly Relation[], { links }: Catalog): boolean {
  const reached = reachedFrom(key, (table) =>
    links.of(table).flatMap(({ to, isOwn }) => (isOwn ? [to] : [])),
  );
  return others.some((other) => reached.has(other.key));
}

/** In joins; Infinity where no keys lead there, or only through tables that would make a column ambiguous. */
function distanceTo(goals: ReadonlySet<string>, from: readonly string[], { catalog, loose }: Scope): number {
  const reached = new Set<string>();
  let at = [...from];
  for (let distance = 0; at.length > 0; distance++) {
    if (at.some((key) => goals.has(key))) return distance;
    for (const key of at) reached.add(key);
    const next = at.flatMap((key) => catalog.links.of(key).map(({ to }) => to));
    at = [...new Set(next)].filter((key) => {
      const columns = catalog.relations.get(key)?.columns;
      return !reached.has(key) && (goals.has(key) || !loose.some((column) => columns?.has(column.key)));
    });
  }
  return Infinity;
}

/** Behind ON: the columns by which the last table belongs to one before it. */
export function joinCondition(scope: Scope): Node {
  const ways = waysBetween(scope, scope.sources.slice(-1), scope.sources.slice(0, -1));
  return ways.length === 0 ? ofUnlinked : either(...ways);
}

/** Behind EXISTS: those by which its tables belong to the query around it; undefined: no key leads there. */
export function correlation(scope: Scope): Node | undefined {
  const own = new Set(scope.sources.map(({ key }) => key));
  const others = scope.outer?.sources.filter(({ key }) => !own.has(key)) ?? [];
  const ways = waysBetween(scope, scope.sources, others);
  return ways.length === 0 ? undefined : either(...ways);
}

/** Pair by pair, either side first. */
function waysBetween(scope: Scope, sources: readonly Source[], others: readonly Source[]): Node[] {
  return sources.flatMap((source) =>
    others.flatMap((other) =>
      scope.catalog.links.between(source.relation.key, other.relation.key).map(({ pairs }) => {
        const equal = pairs.map(([own, its]) => {
          const [a, b] = [columnOf(scope, source, own), columnOf(scope, other, its)];
          return either(sequence(a, '=', b), sequence(b, '=', a));
        });
        return sequence(...equal.flatMap((pair, index) => (index === 0 ? [pair] : ['AND', pair])));
      }),
    ),
  );
}

/** With its table, whether it needs that or not. */
function columnOf(scope: Scope, { key, relation }: Source, column: string): Node {
  const { dialect } = scope.catalog;
  const fixed = (text: string, isGlued: boolean) =>
    name(
      () => [{ names: namesOf([text], dialect) }],
      (before) => before,
      isGlued,
    );
  const table = relation.key === key ? relation.name : writtenName(scope, key);
  const written = relation.listed.find((one) => nameKey(one) === column) ?? column;
  return sequence(fixed(table, false), glued('.'), fixed(written, true));
}

/** With their tables: a column that says nothing of it may become ambiguous by the next table. */
const ofUnlinked = sequence(
  QUALIFIED,
  '=',
  act((scope) => {
    const { kind, column } = scope.compared;
    return { ...scope, expected: { kind, ...(column !== undefined && { but: [column] }) } };
  }),
  QUALIFIED,
  act((scope) => ({ ...scope, expected: undefined })),
);
