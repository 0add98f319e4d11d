/** Names of columns: which may be used at a place of a query, and what using one means for its FROM. */
import { nameKey } from '../../model/databaseSchema.ts';
import type { Relation } from './catalog.ts';
import { namesOf } from './catalog.ts';
import { comparedBehind, comparedLoose, expectedOf, fitsBefore, fitsBehind, fitsLoose } from './expected.ts';
import { either, glued, name, sequence, type NameChoice, type Node } from './nodes.ts';
import { canResolve, meanings } from './resolve.ts';
import {
  isOuterColumn,
  nSourcesWith,
  outerScopes,
  outerSource,
  relationNamed,
  sourceNamed,
  withPart,
  writtenName,
  type Scope,
} from './scope.ts';
import { Filter } from './wordList.ts';

/** `table.column` */
export const QUALIFIED: Node = sequence(
  name((scope) => expectedOf(scope, qualifiers(scope), fitsBefore), takeQualifier),
  glued('.'),
  name((scope) => expectedOf(scope, qualifiedColumns(scope), fitsBehind), takeQualified, true),
);

/** `column`, or `table.column`. */
export const COLUMN: Node = either(
  name((scope) => expectedOf(scope, looseColumns(scope), fitsLoose), takeLoose),
  QUALIFIED,
);

/** The columns of one table, for SET and lists of columns. */
export function columnsOf(relation: Relation, isFree: (key: string) => boolean): NameChoice {
  return { names: relation.columnNames, filter: new Filter(isFree) };
}

function looseColumns(scope: Scope): readonly NameChoice[] {
  if (scope.phase === 'list') return [...listColumns(scope), ...outerLoose(scope)];
  const inScope = scope.sources.map(({ relation }) =>
    columnsOf(relation, (key) => nSourcesWith(scope, key) === 1),
  );
  return [...inScope, ...aliasChoices(scope), ...outerLoose(scope)];
}

/** Before FROM: every column that some tables could still give. */
function listColumns(scope: Scope): readonly NameChoice[] {
  const isFirst = scope.loose.length === 0 && scope.wants.size === 0;
  const filter = isFirst ? undefined : new Filter((key) => canResolve(withLoose(scope, key, false)));
  const own = scope.shared.map(({ columnNames }) => ({ names: columnNames, ...(filter && { filter }) }));
  return [{ names: scope.catalog.columnNames, ...(filter && { filter }) }, ...own];
}

/** Columns of queries around this one, where no table of this one has them. */
function outerLoose(scope: Scope): readonly NameChoice[] {
  if (scope.isAggregating) return [];
  const isOuter = (key: string) => nSourcesWith(scope, key) === 0 && isOuterColumn(scope, key);
  return [...outerScopes(scope)].flatMap(({ sources }) =>
    sources.map(({ relation }) => columnsOf(relation, isOuter)),
  );
}

/** Names that the result has given, where no column is called so. */
function aliasChoices(scope: Scope): readonly NameChoice[] {
  if (scope.aliases === 'none' || scope.isAggregating) return [];
  const names = aliasesOf(scope).filter((alias) => nSourcesWith(scope, nameKey(alias)) === 0);
  return names.length === 0 ? [] : [{ names: namesOf(names, scope.catalog.dialect) }];
}

export function aliasesOf({ result, aliases }: Scope): readonly string[] {
  return result.flatMap((column) =>
    column.kind === 'column' && column.name !== undefined && (aliases === 'all' || !column.isAggregate)
      ? [column.name]
      : [],
  );
}

function takeLoose(scope: Scope, key: string): Scope | undefined {
  const used = { ...withPart(scope, key), compared: comparedLoose(scope, key) };
  if (scope.phase === 'rest') return used;
  const isOuter = !scope.isAggregating && nSourcesWith(scope, key) === 0 && isOuterColumn(scope, key);
  return withLoose(used, key, isOuter);
}

function withLoose(scope: Scope, key: string, isOuter: boolean): Scope {
  const isKnown = scope.loose.some((column) => column.key === key && (!column.isOuter || isOuter));
  return isKnown ? scope : { ...scope, loose: [...scope.loose, { key, isOuter }] };
}

export function qualifiers(scope: Scope): readonly NameChoice[] {
  const { dialect } = scope.catalog;
  const around = [scope, ...(scope.isAggregating ? [] : outerScopes(scope))];
  // A query in FROM may give columns without names alone.
  const sources = around
    .flatMap((one) => one.sources)
    .filter(({ relation }) => relation.columns.size > 0)
    .map(({ key, relation }) => (key === relation.key ? relation.name : key));
  const open = around.filter(({ phase }) => phase === 'list');
  const known = { names: namesOf(sources, dialect) };
  const [first] = open;
  return first === undefined ? [known] : [known, ...futureTables(first)];
}

/** Names that tables will have, before FROM. */
function futureTables(scope: Scope): readonly NameChoice[] {
  const { relationNames, shortNameList, dialect } = scope.catalog;
  const filter = new Filter((key) => hasColumnBehind(scope, key));
  return [
    { names: relationNames, filter },
    {
      names: namesOf(
        scope.shared.map(({ name: written }) => written),
        dialect,
      ),
      filter,
    },
    { names: namesOf(wantedNames(scope), dialect), filter },
    { names: shortNameList, filter },
  ];
}

export function wantedNames(scope: Scope): string[] {
  return [...scope.wants.keys()].map((key) => writtenName(scope, key));
}

/** The query that a name before a point belongs to: where it is a table's, or the innermost whose tables are open. */
function homeOf(scope: Scope, key: string): Scope | undefined {
  const around = [scope, ...outerScopes(scope)];
  return around.find((one) => one.phase === 'list' || sourceNamed(one, key) !== undefined);
}

function takeQualifier(scope: Scope, key: string): Scope {
  return { ...scope, qualifier: key };
}

function qualifiedColumns(scope: Scope): readonly NameChoice[] {
  const key = scope.qualifier;
  const home = homeOf(scope, key);
  const source = home && sourceNamed(home, key);
  if (home === undefined || source !== undefined)
    return source === undefined ? [] : [{ names: source.relation.columnNames }];
  const outer = scope === home && !scope.isAggregating ? outerSource(scope, key) : undefined;
  const filter = new Filter((column) => canResolve(withWant(home, key, { column, isOuter: false })));
  return [
    ...columnsBehind(home, key, filter),
    ...(outer === undefined ? [] : [{ names: outer.relation.columnNames }]),
  ];
}

/** Whether any column may stand behind the name. Where nothing was used without its table, nothing is in the way. */
function hasColumnBehind(scope: Scope, key: string): boolean {
  const tables = meanings(scope, key);
  const isFree = scope.loose.length === 0 && (!scope.catalog.isStrict || scope.wants.size === 0);
  if (isFree) return tables.length > 0;
  const columns = new Set(tables.slice(0, MANY).flatMap((relation) => [...relation.columns]));
  return [...columns].some((column) => canResolve(withWant(scope, key, { column, isOuter: false })));
}

/** Columns that may stand behind the name of a table that is still to come. */
function columnsBehind(scope: Scope, key: string, given?: Filter): readonly NameChoice[] {
  const tables = meanings(scope, key);
  const isFree = scope.loose.length === 0;
  // Without anything else that FROM must meet, every column of such a table will do.
  const filter = isFree && relationNamed(scope, key) !== undefined ? undefined : given;
  if (tables.length > MANY) {
    const some = given ?? new Filter((column) => tables.some(({ columns }) => columns.has(column)));
    return [{ names: scope.catalog.columnNames, filter: some }];
  }
  return tables.map(({ columnNames }) => ({ names: columnNames, ...(filter && { filter }) }));
}

/** From so many tables on, one list of all columns is read instead of one a table. */
const MANY = 4;

function takeQualified(scope: Scope, column: string): Scope | undefined {
  const key = scope.qualifier;
  const compared = comparedBehind(scope, column);
  const used = { ...withPart(scope, column), qualifier: '', compared };
  const home = homeOf(scope, key);
  if (home === undefined || sourceNamed(home, key) !== undefined) return used;
  const isOuter =
    home === scope && !scope.isAggregating && outerSource(scope, key)?.relation.columns.has(column) === true;
  return inHome(used, home, (open) => withWant(open, key, { column, isOuter }));
}

/** The scope with a change to one of those around it. */
function inHome(scope: Scope, home: Scope, change: (scope: Scope) => Scope): Scope {
  if (scope.outer === undefined || scope.depth === home.depth) return change(scope);
  return { ...scope, outer: inHome(scope.outer, home, change) };
}

function withWant(
  scope: Scope,
  key: string,
  { column, isOuter }: { column: string; isOuter: boolean },
): Scope {
  const before = scope.wants.get(key);
  const columns = new Set([...(before?.columns ?? []), column]);
  const want = { columns: [...columns], isOuter: isOuter && before?.isOuter !== false };
  return { ...scope, wants: new Map([...scope.wants, [key, want]]) };
}
