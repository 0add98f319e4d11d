/** What a docstring says: without its quotes and its indentation. Escapes stay as they are written. */
import type { Definition, PythonFile } from './structure.ts';

const STRING = /('''|"""|'|")((?:\\[^]|(?!\1)[^\\])*)\1/g;

/** Paragraphs, each on one line. */
export function docstringParagraphs({ text }: PythonFile, { docstring }: Definition): string[] {
  if (docstring === undefined) return [];
  // Several strings in a row are one.
  const strings = text.slice(docstring.start, docstring.end).matchAll(STRING);
  const words = Array.from(strings, ([, , content = '']) => content).join('');
  return words
    .split(/\n[^\S\n]*\n\s*/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}
