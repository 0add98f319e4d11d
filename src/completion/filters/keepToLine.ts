import type { Filter } from './filter.ts';

/** Where a line is completed, nothing behind its end is kept. */
export const keepToLine: Filter = (completion, { extent }) =>
  extent.kind === 'line' ? (completion.split('\n')[0] ?? '') : completion;
