/** Which columns may stand at a place by what they hold, and what a column that has been read holds. */
import type { Catalog, Relation } from './catalog.ts';
import { areComparable, type Kind } from './kinds.ts';
import { act, type NameChoice } from './nodes.ts';
import { meanings } from './resolve.ts';
import {
  outerScopes,
  outerSource,
  relationsWith,
  sourceNamed,
  type Compared,
  type Expected,
  type Scope,
  type Source,
} from './scope.ts';
import { Filter } from './wordList.ts';

/** Such a column, but another one; of a key, one that holds the same keys. */
export function alikeTo({ kind, column, equals }: Compared): Expected {
  return {
    ...{ kind, isMust: true },
    ...(column !== undefined && { but: [column] }),
    ...(equals === undefined ? { isMeasure: true } : { equals }),
  };
}

/** Nothing has been read yet, and anything may come. */
export const anew = act((scope) => ({ ...scope, compared: { kind: 'any' }, expected: undefined }));

/** What can stand beside what has been read. */
export const alike = act((scope) => ({ ...scope, expected: alikeTo(scope.compared) }));

/** Those that hold what is expected; all where none does. */
export function expectedOf(
  scope: Scope,
  choices: readonly NameChoice[],
  fits: (scope: Scope, key: string) => boolean,
): readonly NameChoice[] {
  if (!scope.catalog.isStrict || scope.expected === undefined) return choices;
  const narrowed = choices.map(({ names, filter }) => {
    const both = new Filter((key) => filter?.accepts(key) !== false && fits(scope, key));
    return { names, filter: both };
  });
  const isAny = scope.expected.isMust === true || isAnyOf(narrowed);
  return isAny ? narrowed : choices;
}

/** Whether there is a name among them. */
export function isAnyOf(choices: readonly NameChoice[]): boolean {
  return choices.some(({ names, filter }) =>
    [names.plain, names.onlyQuoted].some(({ words }) =>
      words.some(({ key }) => filter?.accepts(key) !== false),
    ),
  );
}

/** A column without its table; or the name of a result, which may hold anything. */
export function fitsLoose(scope: Scope, key: string): boolean {
  const { but = [], among } = scope.expected ?? {};
  if (but.some((other) => other === key || other.endsWith(`.${key}`))) return false;
  const isAmong = ({ key: source, relation }: Source) =>
    relation.columns.has(key) && among?.has(`${source}.${key}`);
  if (among?.has(key) === false && !scope.sources.some(isAmong)) return false;
  const tables = tablesWith(scope, key);
  return tables.length === 0 || tables.some((table) => fits(scope, table, key));
}

/** A table's name before the point. */
export function fitsBefore(scope: Scope, qualifier: string): boolean {
  const behind = { ...scope, qualifier };
  return tablesNamed(scope, qualifier).some((table) =>
    [...table.columns].some((key) => fitsBehind(behind, key, [table])),
  );
}

/** A column behind the point. */
export function fitsBehind(scope: Scope, key: string, tables = tablesNamed(scope, scope.qualifier)): boolean {
  const { but = [], among } = scope.expected ?? {};
  const written = `${scope.qualifier}.${key}`;
  if (but.includes(key) || but.includes(written)) return false;
  if (among?.has(key) === false && !among.has(written)) return false;
  return tables.some((table) => table.columns.has(key) && fits(scope, table, key));
}

function fits({ expected, catalog }: Scope, table: Relation, key: string): boolean {
  if (expected === undefined) return true;
  const { kind, isDeclared, isMeasure, equals } = expected;
  const own = kindIn(table, key);
  if (isDeclared === true ? own !== kind : !areComparable(own, kind)) return false;
  if (equals !== undefined) return equals.has(`${table.key}.${key}`);
  return isMeasure !== true || !isKey(catalog, table, key);
}

/** A part of a key that leads nowhere says something by itself: a day, a number in a series. */
function isKey({ links }: Catalog, table: Relation, key: string): boolean {
  const [first, ...others] = table.primaryKey;
  return (
    (first === key && others.length === 0) ||
    links.of(table.key).some(({ pairs }) => pairs.some(([own]) => own === key))
  );
}

function kindIn({ kinds }: Relation, key: string): Kind {
  return kinds.get(key) ?? 'any';
}

/** What a column without its table is in a comparison. */
export function comparedLoose(scope: Scope, key: string): Compared {
  return { ...comparedIn(scope, tablesWith(scope, key), key), column: key };
}

/** The same of one behind the point. */
export function comparedBehind(scope: Scope, key: string): Compared {
  const column = `${scope.qualifier}.${key}`;
  return { ...comparedIn(scope, tablesNamed(scope, scope.qualifier), key), column };
}

function comparedIn({ catalog }: Scope, tables: readonly Relation[], key: string): Compared {
  const having = tables.filter(({ columns }) => columns.has(key));
  const kinds = new Set(having.map((table) => kindIn(table, key)));
  const [kind = 'any'] = kinds;
  const keys = having.filter((table) => isKey(catalog, table, key));
  const equals = keys.flatMap((table) => sameKeys(catalog, table, key));
  const isRequired = having.length > 0 && having.every(({ required }) => required.has(key));
  const keysOnly = equals.length > 0 ? { equals: new Set(equals) } : {};
  return { kind: kinds.size === 1 ? kind : 'any', isRequired, ...keysOnly };
}

/** The column itself, those that it leads to or that lead to it, and those that lead to where it leads. */
function sameKeys({ links }: Catalog, { key: table }: Relation, column: string): string[] {
  const next = (from: string, own: string) =>
    links
      .of(from)
      .flatMap(({ to, pairs }) => pairs.filter(([a]) => a === own).map(([, b]) => [to, b] as const));
  const near = next(table, column);
  return [[table, column] as const, ...near, ...near.flatMap(([to, its]) => next(to, its))].map((at) =>
    at.join('.'),
  );
}

/** Before FROM all tables with such a column; then those of this query, or of the nearest one around it. */
function tablesWith(scope: Scope, key: string): readonly Relation[] {
  if (scope.phase === 'list') return relationsWith(scope, key);
  for (const { sources } of [scope, ...outerScopes(scope)]) {
    const having = sources.map(({ relation }) => relation).filter(({ columns }) => columns.has(key));
    if (having.length > 0) return having;
  }
  return [];
}

function tablesNamed(scope: Scope, name: string): readonly Relation[] {
  const source = sourceNamed(scope, name) ?? outerSource(scope, name);
  return source === undefined ? meanings(scope, name) : [source.relation];
}
