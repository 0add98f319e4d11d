/** The comment that asks for SQL: the run of `--`, `#` or `//` lines around the cursor. */

export type SqlComment = {
  readonly question: string;
  /** Last line of the comment, from 0: the answer goes below it. */
  readonly lastLine: number;
  /** Whitespace before the comment's sign. */
  readonly indentation: string;
};

/** In a text of another language, too: SQL in a string has its own comments. */
const COMMENT_LINE = /^(\s*)(?<mark>--+|#+|\/\/+)\s?(.*)$/s;

/** undefined where the line is no comment, or the comment says nothing. */
export function commentAt(
  lineAt: (line: number) => string | undefined,
  line: number,
): SqlComment | undefined {
  const markOf = (at: number) => COMMENT_LINE.exec(lineAt(at) ?? '')?.groups?.['mark']?.[0];
  const mark = markOf(line);
  if (mark === undefined) return undefined;
  const isComment = (at: number) => markOf(at) === mark;
  let first = line;
  let lastLine = line;
  while (isComment(first - 1)) first--;
  while (isComment(lastLine + 1)) lastLine++;
  const texts: string[] = [];
  for (let at = first; at <= lastLine; at++) texts.push(COMMENT_LINE.exec(lineAt(at) ?? '')?.[3] ?? '');
  const question = texts.join(' ').replace(/\s+/g, ' ').trim();
  const indentation = COMMENT_LINE.exec(lineAt(lastLine) ?? '')?.[1] ?? '';
  return question === '' ? undefined : { question, lastLine, indentation };
}
