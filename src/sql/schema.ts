/** Finds statements in SQL text, with strings, quoted names and comments read as what they are. */

/** The statements of a file that say which tables there are, in their order: CREATE, ALTER, RENAME and DROP TABLE. */
export function schemaStatements(sql: string): string[] {
  return splitStatements(sql)
    .filter((statement) => CREATE_TABLE.test(statement) || CHANGE_TABLE.test(statement))
    .map((statement) => `${statement};`);
}

/** What a statement is known by: up to its first bracket, shortened. */
export function firstWords(statement: string): string {
  const words = (/^[^(;]*/.exec(statement)?.[0] ?? '').replace(/\s+/g, ' ').trim();
  return words.length > MAX_WORDS_CHARACTERS ? `${words.slice(0, MAX_WORDS_CHARACTERS)}…` : words;
}

const MAX_WORDS_CHARACTERS = 60;

const CHANGE_TABLE = /^(?:ALTER|DROP|RENAME)\s+(?:FOREIGN\s+)?TABLE\b/i;

const CREATE_TABLE =
  /^CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:GLOBAL|LOCAL)\s+)?(?:(?:TEMP(?:ORARY)?|UNLOGGED|VIRTUAL|FOREIGN|EXTERNAL)\s+)?TABLE\b/i;

/**
 * One piece of SQL: a comment (MySQL's begin with # at the start of a line); something quoted (PostgreSQL's bodies of
 * functions stand between $$ or $name$; a doubled quote is two texts side by side here); the end of a statement (SQL
 * Server's is GO on a line); or any other run of text.
 */
const PIECE = new RegExp(
  [
    /(?<comment>--[^\n]*|\/\*[^]*?(?:\*\/|$)|(?<=(?:^|\n)[ \t]*)#[^\n]*)/,
    /(?<quoted>'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|\[[^\]\n]*\]|\$(?<tag>\w*)\$[^]*?(?:\$\k<tag>\$|$))/,
    /(?<end>;|(?<=(?:^|\n)[ \t]*)GO(?=[ \t]*(?:\n|$)))/,
    /[^-/#'"`[$;G]+|[^;]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let current = '';
  for (const { 0: piece, groups } of sql.replace(/\r\n?/g, '\n').matchAll(PIECE)) {
    if (groups?.['end'] !== undefined) {
      statements.push(tidy(current));
      current = '';
      // A comment stands for the space between two words.
    } else current += groups?.['comment'] === undefined ? piece : ' ';
  }
  statements.push(upToEmptyLine(tidy(current)));
  return statements.filter((statement) => statement !== '');
}

/**
 * A statement without a semicolon ends at the first empty line outside of brackets: what follows is something else
 * being written. Where a bracket is never closed, any empty line will do.
 */
function upToEmptyLine(statement: string): string {
  let depth = 0;
  const emptyLines: { readonly index: number; readonly depth: number }[] = [];
  for (const { 0: piece, index, groups } of statement.matchAll(PIECE)) {
    if (groups?.['quoted'] !== undefined) continue;
    for (const { 0: sign, index: offset } of piece.matchAll(/[()]|\n\s*\n/g)) {
      if (sign === '(') depth++;
      else if (sign === ')') depth--;
      else emptyLines.push({ index: index + offset, depth });
    }
  }
  const end = emptyLines.find((line) => line.depth <= 0 || depth > 0)?.index;
  return statement.slice(0, end);
}

function tidy(statement: string): string {
  return statement
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line, index, lines) => line !== '' || lines[index - 1] !== '')
    .join('\n')
    .trim();
}

/** The statement that stands at an offset, without remarks before it; where there is none, the one that ended before. */
export function statementAt(sql: string, offset: number): string {
  let start = 0;
  let last = '';
  for (const { 0: piece, index, groups } of sql.matchAll(PIECE)) {
    if (groups?.['end'] === undefined) continue;
    const statement = sql.slice(start, index + piece.length);
    start = index + piece.length;
    last = statement;
    if (start >= offset) break;
  }
  const isBehind = start < offset && sql.slice(start).trim() !== '';
  const text = isBehind ? sql.slice(start) : last === '' ? sql : last;
  return text.replace(/^(?:\s*--[^\n]*(?:\n|$))+/, '').trim();
}
