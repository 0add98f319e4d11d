/** A comment above code. */
import type { Edit } from './docstring.ts';
import { blocksOf, type PythonFile, type Statement } from './structure.ts';
import { indentationAt, lineEndOf, lineStart } from './textLines.ts';
import { MAX_COLUMNS, paragraphsOf, wrap } from './wrap.ts';

/** Above the line of the statement that `offset` is in, since a comment in the middle of a string is none. */
export function commentEdit(file: PythonFile, offset: number, words: string): Edit {
  const { text } = file;
  const at = placeAbove(file.statements, offset);
  const start = lineStart(text, at);
  const sign = `${indentationAt(text, at)}# `;
  const lines = paragraphsOf(words).flatMap((paragraph, index) => [
    ...(index === 0 ? [] : ['']),
    ...wrap(paragraph, MAX_COLUMNS - sign.length),
  ]);
  const lineBreak = lineEndOf(text);
  return { start, end: start, text: lines.map((line) => (sign + line).trimEnd() + lineBreak).join('') };
}

function placeAbove(statements: readonly Statement[], offset: number): number {
  const statement = statements.find(({ start, end }) => start <= offset && offset < end);
  if (statement === undefined) return offset;
  const block = blocksOf(statement).findLast(({ header }) => header.start <= offset);
  if (block === undefined) return statement.start;
  if (block.header.end <= offset) return placeAbove(block.statements, offset);
  return block === blocksOf(statement)[0] ? statement.start : block.header.start;
}
