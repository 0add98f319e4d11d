import type { Filter } from './filter.ts';

/** Drops what is quicker typed than read: fewer than two characters, or no letter and no digit. */
export const dropUseless: Filter = (completion) => {
  const isUseful = completion.trim().length >= 2 && /[\p{L}\p{N}]/u.test(completion);
  return isUseful ? completion : '';
};
