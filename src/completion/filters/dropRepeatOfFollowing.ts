/** Drops what would write again what the document already holds below the cursor. */
import { isBlank, linePrefix, lineSuffix } from '../snapshot.ts';
import type { Filter } from './filter.ts';

/**
 * Cuts a completion where it begins to write what already follows the cursor. Indentation counts: the bracket that
 * closes an inner block is not the one that follows.
 */
export const dropRepeatOfFollowing: Filter = (completion, { snapshot }) => {
  const following = snapshot.after
    .slice(lineSuffix(snapshot).length)
    .split('\n')
    .find((line) => !isBlank(line));
  if (following === undefined) return completion;
  const lines = completion.split('\n');
  const wholeLine = (line: string, index: number) => (index === 0 ? linePrefix(snapshot) + line : line);
  const repeat = lines.findIndex((line, index) =>
    isNearly(wholeLine(line, index).trimEnd(), following.trimEnd()),
  );
  return repeat < 0 ? completion : lines.slice(0, repeat).join('\n');
};

/** Lines that differ in at most this share of their characters count as the same. */
const TOLERANCE = 0.05;

function isNearly(a: string, b: string): boolean {
  if (a === b) return true;
  const allowed = Math.floor(TOLERANCE * Math.max(a.length, b.length));
  return allowed > 0 && Math.abs(a.length - b.length) <= allowed && editDistance(a, b) <= allowed;
}

/** Levenshtein's distance, a row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
