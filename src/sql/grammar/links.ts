/** Which tables belong together: by the foreign keys that a schema declares, and by names that say the same. */
import { nameKey, type Table } from '../../model/databaseSchema.ts';

/** Columns of one table and those of another that they are equal to, pair by pair. */
export type Link = {
  readonly from: string;
  readonly to: string;
  /** `from` has the foreign key. */
  readonly isOwn: boolean;
  readonly pairs: readonly (readonly [from: string, to: string])[];
};

export type Links = {
  /** Seen from the table: it is `from` in each. */
  of(table: string): readonly Link[];
  between(a: string, b: string): readonly Link[];
  /** Tables that joins can reach from each other have the same number; undefined: nothing is known of the table. */
  island(table: string): number | undefined;
};

export function linksOf(tables: readonly Table[]): Links {
  const byKey = new Map(tables.map((table) => [nameKey(table.name), table]));
  const links = new Map<string, Link[]>();
  const add = (link: Link) => {
    for (const one of [link, turned(link)]) links.set(one.from, [...(links.get(one.from) ?? []), one]);
  };
  for (const table of tables) {
    const declared = declaredLinks(table, byKey);
    const linked = new Set(declared.flatMap(({ pairs }) => pairs.map(([own]) => own)));
    for (const link of [...declared, ...guessedLinks(table, byKey, linked)]) add(link);
  }
  const islands = islandsOf(links);
  return {
    of: (table) => links.get(table) ?? [],
    between: (a, b) => (links.get(a) ?? []).filter(({ to }) => to === b),
    island: (table) => islands.get(table),
  };
}

function turned({ from, to, isOwn, pairs }: Link): Link {
  return { from: to, to: from, isOwn: !isOwn, pairs: pairs.map(([a, b]) => [b, a] as const) };
}

type Tables = ReadonlyMap<string, Table>;

function declaredLinks(table: Table, byKey: Tables): Link[] {
  return table.foreignKeys.flatMap((foreign): Link[] => {
    const other = byKey.get(nameKey(foreign.table));
    if (other === undefined) return [];
    const references = foreign.references.length > 0 ? foreign.references : primaryKeyOf(other);
    const pairs = foreign.columns.flatMap((column, index) => {
      const reference = references[index];
      return reference === undefined || !hasColumn(table, column) || !hasColumn(other, reference)
        ? []
        : [[nameKey(column), nameKey(reference)] as const];
    });
    return pairs.length === 0
      ? []
      : [{ from: nameKey(table.name), to: nameKey(other.name), isOwn: true, pairs }];
  });
}

/** `customer_id` beside the table `customers` with `id` or `customer_id`, where no foreign key says what it is. */
function guessedLinks(table: Table, byKey: Tables, linked: ReadonlySet<string>): Link[] {
  const own = nameKey(table.name);
  return table.columns.flatMap(({ name }): Link[] => {
    const key = nameKey(name);
    const thing = /^(.+?)_?id$/.exec(key)?.[1];
    if (thing === undefined || linked.has(key)) return [];
    const other = [thing, `${thing}s`, `${thing}es`, thing.replace(/y$/, 'ies')].find(
      (candidate) => candidate !== own && byKey.has(candidate),
    );
    const columns = (other === undefined ? undefined : byKey.get(other))?.columns.map((column) =>
      nameKey(column.name),
    );
    const reference = ['id', key].find((candidate) => columns?.includes(candidate));
    return other === undefined || reference === undefined
      ? []
      : [{ from: own, to: other, isOwn: true, pairs: [[key, reference]] }];
  });
}

function primaryKeyOf({ columns }: Table): string[] {
  return columns.filter(({ isPrimaryKey }) => isPrimaryKey).map(({ name }) => name);
}

function hasColumn({ columns }: Table, name: string): boolean {
  return columns.some((column) => nameKey(column.name) === nameKey(name));
}

function islandsOf(links: ReadonlyMap<string, readonly Link[]>): ReadonlyMap<string, number> {
  const islands = new Map<string, number>();
  let nIslands = 0;
  for (const start of links.keys()) {
    if (islands.has(start)) continue;
    for (const table of reachedFrom(start, (at) => (links.get(at) ?? []).map(({ to }) => to)))
      islands.set(table, nIslands);
    nIslands++;
  }
  return islands;
}

/** The table itself, and all that steps lead to. */
export function reachedFrom(start: string, next: (table: string) => readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let table = open.pop(); table !== undefined; table = open.pop()) {
    if (reached.has(table)) continue;
    reached.add(table);
    open.push(...next(table));
  }
  return reached;
}
