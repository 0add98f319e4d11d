/** A filter takes a completion and what it was made for, and returns what is left of it: '' where nothing is. */
import type { Extent } from '../extent.ts';
import type { Snapshot } from '../snapshot.ts';

export type FilterContext = { readonly snapshot: Snapshot; readonly extent: Extent };
export type Filter = (completion: string, context: FilterContext) => string;
