/** A file in short: its own statements, and of functions and classes what their headers say. */
import { blocksOf, isDefinition, type PythonFile, type Statement } from './structure.ts';
import { lineEnd, wholeLines } from './textLines.ts';

export function skeletonOf({ text, statements }: PythonFile): string {
  return statements.map((statement) => inShort(text, statement)).join('\n');
}

function inShort(text: string, statement: Statement): string {
  const { start, end } = statement;
  if (isDefinition(statement)) {
    const header = wholeLines(text, { start, end: statement.body.header.end });
    const members =
      statement.kind === 'class'
        ? statement.body.statements.filter((member) => member.start !== statement.docstring?.start)
        : [];
    return members.length === 0
      ? `${header} ...`
      : [header, ...members.map((member) => inShort(text, member))].join('\n');
  }
  const firstLine = wholeLines(text, { start, end: Math.min(end, lineEnd(text, start)) });
  const isOneLine = end <= lineEnd(text, start);
  return isOneLine || blocksOf(statement).length > 0
    ? firstLine + (isOneLine ? '' : ' ...')
    : `${firstLine} ...`;
}
