/** A query within another: it has a scope of its own, and leaves its result to the one around it. */
import { relationFrom, type Relation } from './catalog.ts';
import { act, guard, sequence, type Node } from './nodes.ts';
import { newScope, resultNames, type Expected, type Scope } from './scope.ts';

/** Queries within queries that are still read, and those that a careful person writes. */
const MAX_DEPTH = 4;
const STRICT_DEPTH = 1;

export type SubqueryOptions = {
  readonly width?: number;
  /** It stands for one value. */
  readonly isScalar?: boolean;
  /** What its only column must be. */
  readonly expects?: (outer: Scope) => Expected | undefined;
  /** It sees nothing of the queries around it: in FROM and WITH. */
  readonly isAlone?: true;
  /** What the query around it makes of the result. */
  readonly leave?: (outer: Scope, inner: Scope) => Scope;
};

/** Stands before the bracket, too, where nothing but a query may follow it. */
export const mayNest: Node = guard(
  ({ depth, catalog }) => depth < (catalog.isStrict ? STRICT_DEPTH : MAX_DEPTH),
);

/** Without its brackets. */
export function subquery(
  query: Node,
  { width, isAlone, isScalar, expects, leave = (outer) => outer }: SubqueryOptions,
): Node {
  return sequence(
    mayNest,
    act((outer) => {
      const inner = newScope(outer.catalog, { outer, width, resultExpected: expects?.(outer) });
      return { ...inner, isAlone: isAlone === true, isScalar: isScalar === true };
    }),
    query,
    act((inner) => inner.outer && leave(inner.outer, inner)),
  );
}

/** With one column, such as is expected where it stands; also the very one that it is compared with. */
export function columnOf(query: Node, { isScalar }: { readonly isScalar: boolean }): Node {
  const expects = ({ expected }: Scope) => expected && { ...expected, but: [] };
  return subquery(query, { width: 1, isScalar, expects });
}

/** What a query in FROM or WITH gives to the one around it. */
export function relationOfResult(inner: Scope, alias: string): Relation {
  const names = inner.united ?? resultNames(inner);
  const named = names.filter((column): column is string => column !== undefined && column !== '');
  return { ...relationFrom(alias, named, inner.catalog.dialect), width: names.length };
}
