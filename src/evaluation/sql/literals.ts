/** Which literals a column is compared with, so that random rows come to meet them. */
import { sameName, type Table } from './tables.ts';
import { isWord, sqlTokens } from './tokens.ts';

/** By the column's name in lower case: columns of the same name in two tables share theirs. */
export type Literals = ReadonlyMap<string, readonly string[]>;

/** The numbers of `DECIMAL(8, 2)` say nothing about values. */
const TYPE_SIZE = /\b(\w*(?:CHAR|TEXT|INT|NUM\w*|DEC\w*|FLOAT|DOUBLE|REAL))\s*\(\s*\d+\s*(?:,\s*\d+\s*)?\)/gi;

/** A literal belongs to the column that was named last before it, in the schema's checks and in the query. */
export function literalsOf(texts: readonly string[], tables: readonly Table[]): Literals {
  const names = new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name.toLowerCase())));
  const found = new Map<string, Set<string>>();
  for (const sql of texts) {
    let column: string | undefined;
    let sign = '';
    for (const token of sqlTokens(sql.replace(TYPE_SIZE, '$1'))) {
      if (isWord(token, 'SELECT') || isWord(token, 'LIMIT')) column = undefined;
      if (token.kind === 'text' || token.kind === 'number') {
        if (column !== undefined) {
          const literals = found.get(column) ?? new Set();
          found.set(
            column,
            literals.add(token.kind === 'number' && sign === '-' ? `-${token.value}` : token.value),
          );
        }
      } else if (token.kind !== 'sign' && names.has(token.value.toLowerCase()))
        column = token.value.toLowerCase();
      sign = token.kind === 'sign' ? token.value : '';
    }
  }
  return sharedByKeys(found, tables);
}

/** What a foreign key is compared with must be there for it to point at. */
function sharedByKeys(found: ReadonlyMap<string, ReadonlySet<string>>, tables: readonly Table[]): Literals {
  const all = new Map([...found].map(([name, literals]) => [name, [...literals]]));
  for (const { foreignKeys } of tables) {
    for (const [child, parent] of foreignKeys.flatMap(({ columns }) => columns)) {
      if (sameName(child, parent)) continue;
      const [own, theirs] = [found.get(child.toLowerCase()), all.get(parent.toLowerCase())];
      if (own !== undefined) all.set(parent.toLowerCase(), [...(theirs ?? []), ...own]);
    }
  }
  return all;
}
