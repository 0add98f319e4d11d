/** Whether a suggestion says again what stands below the cursor already, or behind it on its line. */
import { isBlank, linePrefix, lineSuffix } from '../completion/snapshot.ts';
import type { Document } from './document.ts';

/** `}`, `end` and the like follow one another rightly. */
const SHORTEST_LINE = 4;

const OPENING_OF: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

export function isDuplicate(suggested: string, document: Document): boolean {
  return repeatsLineBelow(suggested, document) || repeatsClosingBracket(suggested, document);
}

/** Lines are compared as they would stand in the document: the first with what the cursor's line begins with. */
function repeatsLineBelow(suggested: string, document: Document): boolean {
  const [, ...linesBelow] = document.after.split('\n');
  const below = linesBelow.find((line) => !isBlank(line))?.trim() ?? '';
  if (below.length < SHORTEST_LINE) return false;
  const lines = (linePrefix(document) + suggested).split('\n');
  return lines.some((line) => line.trim() === below);
}

/** A bracket that closes one of the suggestion's own repeats nothing. */
function repeatsClosingBracket(suggested: string, document: Document): boolean {
  const last = suggested.trimEnd().at(-1) ?? '';
  const opening = OPENING_OF[last];
  if (opening === undefined || !lineSuffix(document).trimStart().startsWith(last)) return false;
  return suggested.split(last).length > suggested.split(opening).length;
}
