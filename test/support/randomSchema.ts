/** Schemas of any names: shared ones, reserved words, spaces, quotes, other scripts, and very long ones. */
import type { Dialect, Schema, Table } from '../../src/model/databaseSchema.ts';

const NAMES =
  `id name title total date customer_id order_id user price quantity order group select Table key value desc
  Größe 名前 first-name full⎵name it's say"hi a b c x1 _y T Users orders items order_items employees dept_id salary
  created_at is_active count sum min end case left end_date zip2 O'Neil col[1] back\`tick über`
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
