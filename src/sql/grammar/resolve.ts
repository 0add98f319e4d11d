/** Whether FROM can still meet what a query has used, and which tables and columns keep it so. */
import type { Relation } from './catalog.ts';
import { reachedFrom, type Links } from './links.ts';
import { nSourcesWith, relationNamed, relationsWith, sourceNamed, type Scope } from './scope.ts';

/** Sets of tables that are tried: what is found later than this counts as impossible. */
const MAX_TRIALS = 200;

/** Every column that was used is in exactly one table of FROM, or in one of a query around it. */
export function isResolved(scope: Scope): boolean {
  return missingColumns(scope).length === 0 && missingTables(scope).length === 0 && !isAmbiguous(scope);
}

/** Whether some further tables would resolve everything. */
export function canResolve(scope: Scope): boolean {
  if (isAmbiguous(scope)) return false;
  const columns = missingColumns(scope);
  const tables = missingTables(scope);
  if (columns.length === 0 && tables.length === 0) return true;
  const search = { scope, covered: coveredColumns(scope), chosen: [], nTrials: 0 };
  return meet(search, tables, columns);
}

/** Whether the table may come next: nothing that was used becomes ambiguous, and the rest can still be met. */
export function canJoin(scope: Scope, relation: Relation): boolean {
  if (wouldBeAmbiguous(scope, relation)) return false;
  const names = [relation.key, ...missingTables(scope).map(([key]) => key)];
  return [' ', ...names].some((key) => canBeNamed(scope, relation, key));
}

/** Whether the table may have that name in FROM. */
export function canBeNamed(scope: Scope, relation: Relation, key: string): boolean {
  if (sourceNamed(scope, key) !== undefined) return false;
  const other = relationNamed(scope, key);
  if (other !== undefined && other.key !== relation.key) return false;
  // What was used as orders.total is not met by orders under another name.
  if (key !== relation.key && key !== ' ' && isWanted(scope, relation.key)) return false;
  if (!(scope.wants.get(key)?.columns.every((column) => relation.columns.has(column)) ?? true)) return false;
  return canResolve({ ...scope, sources: [...scope.sources, { key, relation }] });
}

/** Tables that a name before a point can stand for, as far as its columns say. */
export function meanings(scope: Scope, key: string): readonly Relation[] {
  const named = relationNamed(scope, key);
  const all = named === undefined ? [...scope.shared, ...(scope.catalog.shortNames.get(key) ?? [])] : [named];
  const wanted = scope.wants.get(key)?.columns ?? [];
  return wanted.length === 0
    ? all
    : all.filter(({ columns }) => wanted.every((column) => columns.has(column)));
}

/** For each thing that FROM still lacks, the tables that give it. */
export function lacking(scope: Scope): readonly (readonly Relation[])[] {
  return [
    ...missingTables(scope).map(([key]) => meanings(scope, key)),
    ...missingColumns(scope).map((column) => relationsWith(scope, column)),
  ];
}

function isWanted(scope: Scope, key: string): boolean {
  return scope.wants.get(key)?.isOuter === false && sourceNamed(scope, key) === undefined;
}

function missingTables(scope: Scope): [key: string, columns: readonly string[]][] {
  return [...scope.wants].filter(([key]) => isWanted(scope, key)).map(([key, { columns }]) => [key, columns]);
}

function missingColumns(scope: Scope): string[] {
  return scope.loose
    .filter(({ key, isOuter }) => !isOuter && nSourcesWith(scope, key) === 0)
    .map(({ key }) => key);
}

function isAmbiguous(scope: Scope): boolean {
  return scope.loose.some(({ key }) => nSourcesWith(scope, key) > 1);
}

function wouldBeAmbiguous(scope: Scope, { columns }: Relation): boolean {
  return scope.loose.some(({ key }) => columns.has(key) && nSourcesWith(scope, key) > 0);
}

function coveredColumns(scope: Scope): ReadonlySet<string> {
  return new Set(scope.loose.map(({ key }) => key).filter((key) => nSourcesWith(scope, key) > 0));
}

type Search = {
  readonly scope: Scope;
  readonly covered: ReadonlySet<string>;
  readonly chosen: readonly Relation[];
  nTrials: number;
};

/** Adds one table for the first want, in every way, and goes on with the others. */
function meet(
  search: Search,
  tables: readonly (readonly [key: string, columns: readonly string[]])[],
  columns: readonly string[],
): boolean {
  const [table, ...otherTables] = tables;
  const left = columns.filter((column) => !search.covered.has(column));
  const [column] = left;
  if (table === undefined && column === undefined) return canBeLinked(search);
  const candidates =
    table === undefined ? relationsWith(search.scope, column ?? '') : meanings(search.scope, table[0]);
  for (const candidate of candidates) {
    if (search.nTrials++ > MAX_TRIALS) return false;
    const covered = covering(search, candidate);
    if (covered === undefined) continue;
    const next: Search = { ...search, covered, chosen: [...search.chosen, candidate] };
    const isMet = meet(next, table === undefined ? tables : otherTables, left);
    search.nTrials = next.nTrials;
    if (isMet) return true;
  }
  return false;
}

/** undefined where the table has a column that another one has given already. */
function covering({ scope, covered }: Search, { columns }: Relation): ReadonlySet<string> | undefined {
  const given = scope.loose.map(({ key }) => key).filter((key) => columns.has(key));
  if (given.length === 0) return covered;
  return given.some((key) => covered.has(key)) ? undefined : new Set([...covered, ...given]);
}

/** Whether joins along keys bring the tables together, through others that make nothing ambiguous. */
function canBeLinked({ scope, chosen }: Search): boolean {
  const { sources, loose, catalog } = scope;
  if (!catalog.isStrict) return true;
  const all = [...sources.map(({ relation }) => relation), ...chosen].map(({ key }) => key);
  const isTwice = all.some((key, index) => all.indexOf(key) !== index && !mayComeTwice(catalog.links, key));
  if (isTwice) return false;
  const linked = new Set(all.filter((key) => catalog.links.of(key).length > 0));
  const [first] = linked;
  if (first === undefined || linked.size === 1) return true;
  const island = catalog.links.island(first);
  if ([...linked].some((key) => catalog.links.island(key) !== island)) return false;
  const isFree = (key: string) => {
    const columns = catalog.relations.get(key)?.columns;
    return columns !== undefined && !loose.some((column) => columns.has(column.key));
  };
  if (loose.length === 0) return true;
  const reached = reachedFrom(first, (table) =>
    catalog.links.of(table).flatMap(({ to }) => (linked.has(to) || isFree(to) ? [to] : [])),
  );
  return [...linked].every((key) => reached.has(key));
}

/** Two keys lead to the table from one place, or one leads from it to itself. */
function mayComeTwice(links: Links, table: string): boolean {
  const ends = links.of(table).map(({ to }) => to);
  return ends.includes(table) || new Set(ends).size < ends.length;
}
