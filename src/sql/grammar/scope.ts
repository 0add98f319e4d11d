/**
 * What names mean at one place of a statement. A query's columns are named before its tables are: until then they are
 * wants, which FROM must meet, each from exactly one table, before it may end (resolve.ts).
 */
import type { Catalog, Relation } from './catalog.ts';
import type { Kind } from './kinds.ts';

/** A column of the result. `*` stands for those of all tables, or of one. */
export type ResultColumn =
  | {
      readonly kind: 'column';
      readonly name: string | undefined;
      readonly isAggregate: boolean;
      /** It is this column and nothing more: as it was written, and without its table. */
      readonly written: string | undefined;
      readonly column: string | undefined;
    }
  | { readonly kind: 'star'; readonly of: string | undefined };

/** A table in FROM, under the name that it has there. */
export type Source = { readonly key: string; readonly relation: Relation };

/** A column that was used without its table. */
export type LooseColumn = { readonly key: string; readonly isOuter: boolean };

/** Columns of a table that is not there yet. */
export type Want = { readonly columns: readonly string[]; readonly isOuter: boolean };

/** What has been read of one item of a list. */
export type Item = {
  readonly nParts: number;
  readonly name: string | undefined;
  readonly isAggregate: boolean;
};

/** What stands on one side of a comparison. */
export type Compared = {
  readonly kind: Kind;
  /** With the name of its table, where that was given. */
  readonly column?: string;
  /** It is never NULL. */
  readonly isRequired?: boolean;
  /** Of a key: the columns, each as `table.column`, that hold the same keys. */
  readonly equals?: ReadonlySet<string>;
};

/** What columns must be at a place. */
export type Expected = {
  readonly kind: Kind;
  /** Declared to be of this kind: that nothing is known of it is not enough. */
  readonly isDeclared?: boolean;
  /** No column at all where none is such; else any may stand there then. */
  readonly isMust?: boolean;
  /** Something that is compared or added up for what it says: no key. */
  readonly isMeasure?: boolean;
  /** One of these keys, each as `table.column`. */
  readonly equals?: ReadonlySet<string>;
  /** None of these, with or without their table. */
  readonly but?: readonly string[];
  /** As `column`, whichever table has it, or as `table.column`. */
  readonly among?: ReadonlySet<string>;
};

export type Scope = {
  readonly catalog: Catalog;
  readonly outer: Scope | undefined;
  /** It sees nothing of the queries around it. */
  readonly isAlone: boolean;
  /** It stands for one value. */
  readonly isScalar: boolean;
  readonly depth: number;
  /** Common table expressions. */
  readonly shared: readonly Relation[];
  readonly phase: 'list' | 'from' | 'rest';
  readonly sources: readonly Source[];
  readonly loose: readonly LooseColumn[];
  readonly wants: ReadonlyMap<string, Want>;
  /** Some tables may give no row: then even what is never empty is. */
  readonly isOuterJoined: boolean;
  /** Columns of USING: the same in both tables. */
  readonly merged: ReadonlySet<string>;
  readonly result: readonly ResultColumn[];
  readonly item: Item;
  /** How many columns the result must have. */
  readonly width: number | undefined;
  readonly mayAggregate: boolean;
  /** Within an aggregate, where no outer column and no alias may stand. */
  readonly isAggregating: boolean;
  /** Calls of functions that stand around this place. */
  readonly nCalls: number;
  readonly isGrouped: boolean;
  /** Columns of GROUP BY. */
  readonly grouped: readonly string[];
  readonly compared: Compared;
  readonly expected: Expected | undefined;
  /** What the only column of the result must be. */
  readonly resultExpected: Expected | undefined;
  readonly nConditions: number;
  /** Columns of the condition that are to be equal to something, up to the last OR. */
  readonly equated: readonly string[];
  /** Result names may be used here: in GROUP BY, HAVING and ORDER BY. */
  readonly aliases: 'none' | 'plain' | 'all';
  /** Results of a query before UNION and its like: ORDER BY can name only these. */
  readonly united: readonly string[] | undefined;
  /** The table that stands before the point, or in front of its alias. */
  readonly qualifier: string;
  readonly pending: Relation | undefined;
};

export const NO_ITEM: Item = { nParts: 0, name: undefined, isAggregate: false };

/** The beginning of a query. */
export function newScope(
  catalog: Catalog,
  {
    outer,
    shared = outer?.shared ?? [],
    width,
    resultExpected,
  }: Partial<Pick<Scope, 'outer' | 'shared' | 'width' | 'resultExpected'>> = {},
): Scope {
  return {
    ...{
      catalog,
      outer,
      shared,
      width,
      resultExpected,
      isAlone: false,
      depth: outer === undefined ? 0 : outer.depth + 1,
    },
    ...{ phase: 'list', sources: [], loose: [], wants: new Map(), merged: new Set(), result: [] },
    ...{
      item: NO_ITEM,
      mayAggregate: true,
      isAggregating: false,
      nCalls: 0,
      isGrouped: false,
      aliases: 'none',
    },
    ...{ united: undefined, qualifier: '', pending: undefined },
    ...{ grouped: [], compared: { kind: 'any' }, expected: undefined, nConditions: 0, equated: [] },
    ...{ isOuterJoined: false, isScalar: false },
  };
}

/** A further part, or a column that has been read whole. */
export function withPart(scope: Scope, name?: string): Scope {
  const { item } = scope;
  return { ...scope, item: { ...item, nParts: item.nParts + 1, name } };
}

/** Something that is more than a column and gives the result no name of its own. */
export function withUnnamedPart(scope: Scope): Scope {
  return { ...scope, item: { ...scope.item, nParts: scope.item.nParts + 2 } };
}

export function endItem(scope: Scope, alias?: string): Scope {
  const { nParts, name, isAggregate } = scope.item;
  const column = nParts === 1 ? name : undefined;
  const written = column === undefined ? undefined : scope.compared.column;
  const result = { kind: 'column' as const, name: alias ?? column, isAggregate, written, column };
  return { ...scope, result: [...scope.result, result], item: NO_ITEM };
}

/** The name as it is written; an alias is as its key. */
export function writtenName(scope: Scope, key: string): string {
  const source = sourceNamed(scope, key);
  const relation = source === undefined ? relationNamed(scope, key) : source.relation;
  return relation?.key === key ? relation.name : key;
}

/** Every relation of that name: a table or a common table expression. */
export function relationNamed(scope: Scope, key: string): Relation | undefined {
  return scope.shared.find((relation) => relation.key === key) ?? scope.catalog.relations.get(key);
}

export function relationsWith(scope: Scope, column: string): readonly Relation[] {
  const tables = scope.catalog.withColumn.get(column) ?? [];
  const shared = scope.shared.filter(({ columns }) => columns.has(column));
  return shared.length === 0 ? tables : [...shared, ...tables];
}

/** Sources that have the column; what USING has merged counts once. */
export function nSourcesWith({ sources, merged }: Scope, column: string): number {
  const n = sources.filter(({ relation }) => relation.columns.has(column)).length;
  return n > 1 && merged.has(column) ? 1 : n;
}

export function sourceNamed({ sources }: Scope, key: string): Source | undefined {
  return sources.find((source) => source.key === key);
}

/** Queries around this one that it sees, the nearest first. */
export function* outerScopes(scope: Scope): Generator<Scope> {
  for (let at = scope; at.outer !== undefined && !at.isAlone; at = at.outer) yield at.outer;
}

/** Nobody looks at the result there. Without queries in FROM and WITH, no other place leaves the width open. */
export function isInExists({ catalog, depth, width }: Scope): boolean {
  return catalog.isStrict && depth > 0 && width === undefined;
}

export function isOuterColumn(scope: Scope, column: string): boolean {
  for (const outer of outerScopes(scope)) {
    const n = nSourcesWith(outer, column);
    if (n > 0) return n === 1;
  }
  return false;
}

export function outerSource(scope: Scope, key: string): Source | undefined {
  for (const outer of outerScopes(scope)) {
    const source = sourceNamed(outer, key);
    if (source !== undefined) return source;
  }
  return undefined;
}

/** Names of the result's columns, `*` written out; undefined where a column has none. */
export function resultNames({ result, sources }: Scope): readonly (string | undefined)[] {
  return result.flatMap((column) =>
    column.kind === 'column'
      ? [column.name]
      : sources
          .filter(({ key }) => column.of === undefined || column.of === key)
          .flatMap(({ relation }) => relation.listed),
  );
}
