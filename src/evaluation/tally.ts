/** What is counted while stretches are typed, and the figures that follow from it. */
import { percentile } from '../base/median.ts';

export type Tally = {
  /** Keystrokes that the text takes without any help. */
  readonly characters: number;
  readonly requests: number;
  readonly shown: number;
  readonly accepted: number;
  /** Keystrokes that accepting spared, less those that it took. */
  readonly saved: number;
  readonly duplicatedLines: number;
  readonly latenciesMs: readonly number[];
  /** Of the first request of each stretch, where the cursor has just jumped. */
  readonly jumpsMs: readonly number[];
  readonly recomputedTokens: readonly number[];
};

/** A share of nothing is NaN, which JSON writes as null. */
export type Quality = {
  readonly shown: number;
  readonly accepted: number;
  readonly shownPrecision: number;
  readonly keystrokesSaved: number;
};

export type TypingFigures = Quality & {
  readonly characters: number;
  readonly requests: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number };
  /** The first request behind a jump of the cursor: the prompt is another one. */
  readonly afterJumpMs: { readonly p50: number; readonly p95: number };
  readonly recomputedTokens: { readonly median: number; readonly p95: number };
  readonly duplicatedLines: number;
};

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (valueOf: (tally: Tally) => number) =>
    tallies.reduce((total, tally) => total + valueOf(tally), 0);
  return {
    characters: sum((tally) => tally.characters),
    requests: sum((tally) => tally.requests),
    shown: sum((tally) => tally.shown),
    accepted: sum((tally) => tally.accepted),
    saved: sum((tally) => tally.saved),
    duplicatedLines: sum((tally) => tally.duplicatedLines),
    latenciesMs: tallies.flatMap((tally) => tally.latenciesMs),
    jumpsMs: tallies.flatMap((tally) => tally.jumpsMs),
    recomputedTokens: tallies.flatMap((tally) => tally.recomputedTokens),
  };
}

export function qualityOf({ characters, shown, accepted, saved }: Tally): Quality {
  return { shown, accepted, shownPrecision: accepted / shown, keystrokesSaved: saved / characters };
}

export function figuresOf(tally: Tally): TypingFigures {
  const { characters, requests, latenciesMs, jumpsMs, recomputedTokens, duplicatedLines } = tally;
  return {
    ...{ characters, requests },
    ...qualityOf(tally),
    latencyMs: { p50: percentile(latenciesMs, 0.5), p95: percentile(latenciesMs, 0.95) },
    afterJumpMs: { p50: percentile(jumpsMs, 0.5), p95: percentile(jumpsMs, 0.95) },
    recomputedTokens: { median: percentile(recomputedTokens, 0.5), p95: percentile(recomputedTokens, 0.95) },
    duplicatedLines,
  };
}
