import type { Filter } from './filter.ts';

/** Whitespace at the end of a suggestion cannot be seen, and accepting it would leave it in the file. */
export const trimEnd: Filter = (completion) => completion.trimEnd();
