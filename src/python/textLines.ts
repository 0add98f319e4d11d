/** Lines of a text by offsets. A line ends with `\n`; a `\r` before it belongs to the line end. */
import type { Span } from './structure.ts';

/** Lines from 1, both included. */
export type Lines = { readonly first: number; readonly last: number };

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Before the line end. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at < 0) return text.length;
  return at > offset && text[at - 1] === '\r' ? at - 1 : at;
}

/** Where the next line begins, or the end of the text. */
export function nextLineStart(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** With the indentation of its first line, where it begins a line. */
export function wholeLines(text: string, { start, end }: Span): string {
  const from = lineStart(text, start);
  return text.slice(isBlank(text.slice(from, start)) ? from : start, end);
}

export function isBlank(text: string): boolean {
  return !/\S/.test(text);
}

/** What ends the lines of a text. */
export function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

export function indentationAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  return /^[ \t\f]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

export function linesOf(text: string, { start, end }: Span): Lines {
  const first = countLineEnds(text, 0, start) + 1;
  return { first, last: first + countLineEnds(text, start, Math.max(start, end)) };
}

function countLineEnds(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
