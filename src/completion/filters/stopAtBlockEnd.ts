import { indentationOf, isBlank, linePrefix } from '../snapshot.ts';
import type { Filter } from './filter.ts';

/** Cuts a completion where it leaves the block that the cursor is in. */
export const stopAtBlockEnd: Filter = (completion, { snapshot, extent }) => {
  if (extent.kind === 'next') return completion;
  const floor = indentationOf(linePrefix(snapshot));
  const lines = completion.split('\n');

  for (const [index, line] of lines.entries()) {
    if (index === 0 || isBlank(line) || indentationOf(line) >= floor) continue;
    // A line that closes the block belongs to it, unless it also opens the next one (`} else {`).
    const nKept = closesBlock(line) && !opensBlock(line) ? index + 1 : index;
    return lines.slice(0, nKept).join('\n');
  }
  return completion;
};

function closesBlock(line: string): boolean {
  return /^\s*[)\]}]/.test(line);
}

function opensBlock(line: string): boolean {
  return /[{[(:]\s*$/.test(line);
}
