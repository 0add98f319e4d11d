/** Finds statements in SQL text, with strings, quoted names and comments read as what they are. */

/** The `CREATE TABLE` statements of a file, each with its semicolon and without comments. */
export function createTableStatements(sql: string): string[] {
  return splitStatements(sql)
    .filter((statement) => /^CREATE\s+(?:(?:GLOBAL|LOCAL)\s+)?(?:TEMP(?:ORARY)?\s+)?TABLE\b/i.test(statement))
    .map((statement) => `${statement};`);
}

/** One piece of SQL: a comment, something quoted, the end of a statement, or any other run of text. */
const PIECE =
  /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[^\]\n]*\]|;|[^-/'"`[;]+|[-/[]/g;

function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let current = '';
  for (const [piece] of sql.replace(/\r\n?/g, '\n').matchAll(PIECE)) {
    if (piece.startsWith('--') || piece.startsWith('/*')) continue;
    if (piece !== ';') current += piece;
    else {
      statements.push(tidy(current));
      current = '';
    }
  }
  // A statement without a semicolon ends at the first empty line: what follows is something else being written.
  statements.push(tidy(current).split(/\n\s*\n/)[0] ?? '');
  return statements.filter((statement) => statement !== '');
}

function tidy(statement: string): string {
  return statement
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line, index, lines) => line !== '' || lines[index - 1] !== '')
    .join('\n')
    .trim();
}
