/** What the user means: the selection, the function or class around the cursor, or else the whole file. */
import { definitionPart, outlinePart, selectionPart, type Part } from './part.ts';
import type { Definition, PythonFile, Span } from './structure.ts';
import { lineEnd, lineStart } from './textLines.ts';

/** @param selection start and end are the same where nothing is selected */
export function targetOf(file: PythonFile, selection: Span): Part {
  const selected = trimmed(file.text, selection);
  if (selected !== undefined) {
    const definition = file.definitions.find((candidate) => isJust(file.text, candidate, selected));
    return definition === undefined ? selectionPart(file, selected) : definitionPart(file, definition);
  }
  const around = definitionAround(file, selection.start);
  return around === undefined ? outlinePart(file) : definitionPart(file, around);
}

/** The smallest one. Its indentation and its decorators belong to it. */
export function definitionAround({ text, definitions }: PythonFile, offset: number): Definition | undefined {
  return definitions
    .filter(({ start, end }) => lineStart(text, start) <= offset && offset <= lineEnd(text, end))
    .reduce<Definition | undefined>(
      (least, next) =>
        least === undefined || next.end - next.start <= least.end - least.start ? next : least,
      undefined,
    );
}

/** A selection without the blank space around it; undefined where there is nothing else. */
function trimmed(text: string, { start, end }: Span): Span | undefined {
  const selected = text.slice(start, end);
  const first = selected.search(/\S/);
  return first < 0 ? undefined : { start: start + first, end: start + selected.trimEnd().length };
}

/** With its decorators or without; comments behind it count for nothing. */
function isJust(text: string, { start, end, body }: Definition, selected: Span): boolean {
  const isFromStart = start === selected.start || body.header.start === selected.start;
  return isFromStart && end <= selected.end && /^(?:\s*#.*)*\s*$/.test(text.slice(end, selected.end));
}
