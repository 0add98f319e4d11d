/** Every filter, in the order in which they are applied. */
import { cutRepetition } from './cutRepetition.ts';
import { dropRepeatOfFollowing } from './dropRepeatOfFollowing.ts';
import { dropUseless } from './dropUseless.ts';
import type { Filter } from './filter.ts';
import { keepToLine } from './keepToLine.ts';
import { removeClosedBrackets } from './removeClosedBrackets.ts';
import { stopAtBlockEnd } from './stopAtBlockEnd.ts';
import { trimEnd } from './trimEnd.ts';

export const FILTERS: Readonly<Record<string, Filter>> = {
  keepToLine,
  stopAtBlockEnd,
  cutRepetition,
  dropRepeatOfFollowing,
  removeClosedBrackets,
  trimEnd,
  dropUseless,
};
