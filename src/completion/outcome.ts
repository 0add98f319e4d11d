import type { Generated } from '../model/generation.ts';

export type Offer = {
  readonly kind: 'offer';
  readonly text: string;
  readonly source: Source;
  /** That all of the text is right, in the model's own estimate. */
  readonly probability: number;
  readonly generated?: Generated;
};

/** What came of a request, and why. */
export type Outcome =
  Offer | { readonly kind: 'nothing'; readonly reason: string; readonly generated?: Generated };

/** Shown and typed along since; said before; being said; asked for. */
export type Source = 'display' | 'cache' | 'running' | 'model';
