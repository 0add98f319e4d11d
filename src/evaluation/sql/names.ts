/** Whether a statement names only what exists. SQLite decides; where it stops before it looks, the words do. */
import { sameName, type Table } from './tables.ts';
import { isWord, sqlTokens, type SqlToken } from './tokens.ts';

/** Words of SELECT statements that are no names. A function's name is known by its bracket. */
const KEYWORDS = new Set(
  `ALL AND AS ASC BETWEEN BY CASE CAST COLLATE CROSS CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DELETE DESC DISTINCT ELSE
  END ESCAPE EXCEPT EXISTS FALSE FILTER FIRST FROM FULL GLOB GROUP HAVING IN INNER INSERT INTERSECT INTO IS ISNULL JOIN LAST
  LEFT LIKE LIMIT NATURAL NOT NOTNULL NULL NULLS OFFSET ON OR ORDER OUTER OVER PARTITION RECURSIVE REGEXP RIGHT SELECT SET
  THEN TRUE UNION UPDATE USING VALUES WHEN WHERE WINDOW WITH INTEGER REAL TEXT`.split(/\s+/),
);

/**
 * @param failure what SQLite says when it prepares the statement, undefined where it does
 * SQLite names the first thing that it does not find. A statement that it cannot read, or that is wrong in another way,
 * it does not look through: there every word must be a keyword, a function, a name of the schema or one given in it.
 */
export function namesExist(sql: string, failure: string | undefined, tables: readonly Table[]): boolean {
  if (failure === undefined) return true;
  if (/^no such (?:table|column)/.test(failure)) return false;
  const tokens = sqlTokens(sql);
  const schema = tables.flatMap(({ name, columns }) => [name, ...columns.map((column) => column.name)]);
  const isKnown = (name: string) => schema.some((known) => sameName(known, name));
  const given = tokens.filter((_, index) => isGivenHere(tokens, index, isKnown)).map(({ value }) => value);
  return tokens.every(
    (token, index) =>
      !isName(token) ||
      isKnown(token.value) ||
      given.some((alias) => sameName(alias, token.value)) ||
      isOpening(tokens[index + 1]),
  );
}

function isName({ kind, value }: SqlToken): boolean {
  return kind === 'name' || (kind === 'word' && !KEYWORDS.has(value.toUpperCase()));
}

function isOpening(token: SqlToken | undefined): boolean {
  return token?.kind === 'sign' && token.value === '(';
}

/** An alias: behind AS, or right behind a table or a bracket. */
function isGivenHere(
  tokens: readonly SqlToken[],
  index: number,
  isKnown: (name: string) => boolean,
): boolean {
  const [token, before] = [tokens[index], tokens[index - 1]];
  if (token === undefined || before === undefined || !isName(token)) return false;
  const isBehindName = isName(before) && isKnown(before.value);
  return isWord(before, 'AS') || isBehindName || (before.kind === 'sign' && before.value === ')');
}
