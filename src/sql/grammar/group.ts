/**
 * GROUP BY as a careful person writes it: what stands in the result beside an aggregate is grouped by, as PostgreSQL
 * demands and SQLite, which takes the value of some row instead, does not.
 */
import { COLUMN } from './columns.ts';
import { act, either, guard, optional, repeat, sequence, type Node } from './nodes.ts';
import type { ResultColumn, Scope } from './scope.ts';

type PlainColumn = ResultColumn & { kind: 'column' };

/**
 * @param term an expression to group by
 * @param condition stands behind HAVING
 */
export function createGroupBy(term: Node, condition: Node): Node {
  const byColumn = sequence(act(expectGroupable), COLUMN, act(record));
  const byExpression = sequence(
    guard((scope) => plainColumns(scope).every(isFreeExpression) || expressionNames(scope).length > 0),
    term,
    act((scope) => ({ ...scope, grouped: [...scope.grouped, ...expressionNames(scope)] })),
  );
  const next = either(byColumn, byExpression);
  const begin = act((scope) => ({ ...scope, mayAggregate: false, aliases: 'plain' }));
  return either(
    guard((scope) => !isMixed(scope)),
    sequence(
      guard(({ result }) => !result.some(({ kind }) => kind === 'star')),
      ...['GROUP BY'],
      begin,
      next,
      repeat(guard(isMoreToGroup), ',', next),
      guard((scope) => missing(scope).length === 0),
      act((scope) => ({ ...scope, isGrouped: true, expected: undefined })),
      optional(
        'HAVING',
        act((scope) => ({ ...scope, mayAggregate: true, aliases: 'all' })),
        condition,
      ),
    ),
  );
}

function plainColumns({ result }: Scope): PlainColumn[] {
  return result.filter((column): column is PlainColumn => column.kind === 'column' && !column.isAggregate);
}

function isFreeExpression({ name, column }: PlainColumn): boolean {
  return name === undefined && column === undefined;
}

function plainNames(scope: Scope): string[] {
  return plainColumns(scope).flatMap(({ name, column }) => column ?? name?.toLowerCase() ?? []);
}

/** Of results that are more than a column, and not grouped by yet. */
function expressionNames(scope: Scope): string[] {
  return plainColumns(scope)
    .flatMap(({ name, column }) => (column === undefined && name !== undefined ? [name.toLowerCase()] : []))
    .filter((name) => !scope.grouped.includes(name));
}

/** Aggregates beside what is none. */
function isMixed(scope: Scope): boolean {
  const nPlain = plainColumns(scope).length;
  return nPlain > 0 && nPlain < scope.result.length;
}

/** Names that GROUP BY still has to have. By a table's whole key, everything in the table is grouped. */
function missing(scope: Scope): string[] {
  const { sources, grouped } = scope;
  const isByKey = sources.some(
    ({ relation: { primaryKey } }) =>
      primaryKey.length > 0 && primaryKey.every((key) => grouped.includes(key)),
  );
  if (isByKey) return [];
  return plainNames(scope).filter((name) => !grouped.includes(name));
}

/** Keys of tables in FROM that others there belong to: there is something to put together. */
function keysOf({ sources, catalog }: Scope): string[] {
  return sources.flatMap((source) => {
    const { primaryKey } = source.relation;
    const referenced = sources.flatMap(({ relation }) =>
      catalog.links.between(source.relation.key, relation.key).filter(({ isOwn }) => !isOwn),
    );
    const columns = referenced.flatMap(({ pairs }) => pairs.map(([own]) => own));
    return columns
      .filter((column) => primaryKey.length === 0 || primaryKey.includes(column))
      .map((column) => `${source.key}.${column}`);
  });
}

function expectGroupable(scope: Scope): Scope {
  const names = plainNames(scope);
  const among = names.length === 0 ? undefined : new Set([...names, ...keysOf(scope)]);
  return { ...scope, expected: { kind: 'any', but: scope.grouped, ...(among && { among }) } };
}

function record(scope: Scope): Scope {
  const column = scope.compared.column?.split('.').at(-1);
  return column === undefined ? scope : { ...scope, grouped: [...scope.grouped, column] };
}

const MAX_TERMS = 6;

function isMoreToGroup(scope: Scope): boolean {
  const { grouped } = scope;
  if (grouped.length >= MAX_TERMS) return false;
  return plainColumns(scope).some(({ name, column }) => {
    const key = column ?? name?.toLowerCase();
    return key === undefined || !grouped.includes(key);
  });
}
