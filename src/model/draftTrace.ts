/** What drafting meets in real answers, recorded so that it can be replayed on models without sense. Plain data. */

/**
 * One step of an answer, taken token by token: tokens before it that were found elsewhere (0: nothing was), 1 where
 * what follows them differs from place to place, and how many tokens of the longest draft the answer goes on with.
 */
export type DraftStep = readonly [matchTokens: number, isDisputed: 0 | 1, agreeing: number];

export type DraftedGeneration = {
  readonly promptTokens: number;
  readonly maxTokens: number;
  readonly steps: readonly DraftStep[];
};
