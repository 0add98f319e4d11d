/** Every filter, in the order in which they are applied. Each takes something off the end, or everything. */
import { cutRepetition } from './cutRepetition.ts';
import { dropRepeatOfFollowing } from './dropRepeatOfFollowing.ts';
import { dropUseless } from './dropUseless.ts';
import type { Filter, FilterContext } from './filter.ts';
import { keepToLine } from './keepToLine.ts';
import { removeClosedBrackets } from './removeClosedBrackets.ts';
import { stopAtBlockEnd } from './stopAtBlockEnd.ts';
import { trimEnd } from './trimEnd.ts';

type Filters = Readonly<Record<string, Filter>>;

/** Before a text is remembered: what depends on where it was said alone. */
export const BEFORE_CACHE: Filters = { keepToLine, stopAtBlockEnd, cutRepetition };

/** Before it is shown: what depends on the document as it is by then. */
export const BEFORE_SHOWING: Filters = {
  dropRepeatOfFollowing,
  removeClosedBrackets,
  trimEnd,
  dropUseless,
};

/** Applies filters; where nothing is left, says which one took the last of it. */
export function applyFilters(
  filters: Filters,
  completion: string,
  context: FilterContext,
): { text: string; droppedBy?: string } {
  let text = completion;
  for (const [name, filter] of Object.entries(filters)) {
    const left = filter(text, context);
    if (left.trim() === '' && text.trim() !== '') return { text: '', droppedBy: name };
    text = left;
  }
  return { text };
}
