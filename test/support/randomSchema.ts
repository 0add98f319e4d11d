/** Schemas of any names: shared ones, reserved words, spaces, quotes, other scripts, and very long ones. */
import type { Dialect, Schema, Table } from '../../src/model/databaseSchema.ts';

const NAMES =
  `id name title total date customer_id order_id user price quantity order group select Table key value desc
  Größe 名前 first-name full⎵name it's say"hi a b c x1 _y T Users orders items order_items employees dept_id salary
  created_at cast raise current_date is_active count sum min end case left end_date zip2 O'Neil col[1] back\`tick über`
    .split(/\s+/)
    .map((name) => name.replaceAll('⎵', ' '));

export function randomSchema(random: () => number, dialect: Dialect = 'sqlite'): Schema {
  const pick = () => NAMES[Math.floor(random() * NAMES.length)]!;
  const names = new Set<string>();
  const nTables = 1 + Math.floor(random() * 6);
  while (names.size < nTables) names.add(random() < 0.03 ? `${pick()}${'x'.repeat(200)}` : pick());
  const tables = new Map<string, Table>();
  for (const name of names) {
    const columns = new Map<string, string>();
    const nColumns = 1 + Math.floor(random() * 7);
    while (columns.size < nColumns) {
      const column = pick();
      columns.set(column.toLowerCase(), column);
    }
    const table = {
      name,
      columns: [...columns.values()].map((column) => ({ name: column, type: '' })),
      foreignKeys: [],
    };
    tables.set(name.toLowerCase(), table);
  }
  return { dialect, tables: [...tables.values()] };
}

const TYPES = ['', 'INTEGER', 'REAL', 'TEXT', 'DATE', 'BOOLEAN'];

/** The same with types, and with a key from most tables to one before. */
export function linkedSchema(random: () => number, dialect: Dialect = 'sqlite'): Schema {
  const { tables } = randomSchema(random, dialect);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  const linked = tables.map((table, index): Table => {
    const columns = table.columns.map((column, place) => ({
      ...{ name: column.name, type: pick(TYPES) },
      ...(place === 0 && random() < 0.8 && { isPrimaryKey: true as const }),
    }));
    if (index === 0 || random() < 0.2) return { ...table, columns };
    const other = pick(tables.slice(0, index));
    const foreign = {
      columns: [pick(columns).name],
      table: other.name,
      references: [other.columns[0]!.name],
    };
    return { ...table, columns, foreignKeys: [foreign] };
  });
  return { dialect, tables: linked };
}
