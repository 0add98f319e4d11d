/** Python in tests: a text read at once, and drawings with marks in them. */
import { readPython } from '../../src/python/readPython.ts';
import type { PythonFile, Span } from '../../src/python/structure.ts';

export function read(text: string): PythonFile {
  const steps = readPython(text);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Applies an edit. */
export function edited(text: string, { start, end, text: inserted }: Span & { text: string }): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

/** `│` is a cursor; `├ … ┤` is a selection. */
export function drawn(drawing: string): { file: PythonFile; selection: Span } {
  const start = drawing.search(/[│├]/);
  const end = drawing.includes('┤') ? drawing.indexOf('┤') - 1 : start;
  return { file: read(drawing.replace(/[│├┤]/g, '')), selection: { start, end } };
}
