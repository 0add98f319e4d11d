/**
 * How much of a draft is worth verifying: so many tokens as give the most text for the time. Rests on how often drafts
 * with such evidence were right, and on what a call with several tokens costs.
 */
import { CallCosts, MAX_CALL_TOKENS } from './callCosts.ts';
import type { Evidence } from './draftLookup.ts';

/** A draft pays where it is expected to be this much faster than going token by token. */
const LEAST_GAIN = 1.05;

/** Tokens of agreement from which on the next grade begins. */
const GRADE_STARTS = [1, 2, 3, 4, 6, 8, 12, 16, 24] as const;

/** Chances that the next token is right, by grade, until there is experience: a little below what was measured. */
const CLEAR = [0.35, 0.55, 0.65, 0.72, 0.78, 0.82, 0.86, 0.9, 0.95] as const;
const DISPUTED = [0.2, 0.3, 0.3, 0.4, 0.5, 0.5, 0.6, 0.7, 0.85] as const;
const FIRST_CHANCES: readonly number[] = [...CLEAR, ...DISPUTED];

/** So many trials weigh as much as what was believed before. */
const BELIEF = 8;

/** Of a grade, about so many trials are remembered: of one generation, and of all with a model. */
const GENERATION_MEMORY = 32;
const MODEL_MEMORY = 256;

/** How often drafts are right, by what speaks for them. */
export class Odds {
  readonly #before: Odds | undefined;
  readonly #tried = FIRST_CHANCES.map(() => 0);
  readonly #right = FIRST_CHANCES.map(() => 0);

  /** @param before what is believed to begin with, and learns as well */
  constructor(before?: Odds) {
    this.#before = before;
  }

  chance(grade: number): number {
    const belief = this.#before?.chance(grade) ?? FIRST_CHANCES[grade] ?? 0;
    return (BELIEF * belief + (this.#right[grade] ?? 0)) / (BELIEF + (this.#tried[grade] ?? 0));
  }

  record(grade: number, isRight: boolean): void {
    this.#before?.record(grade, isRight);
    const share = 1 - 1 / (this.#before === undefined ? MODEL_MEMORY : GENERATION_MEMORY);
    this.#tried[grade] = share * (this.#tried[grade] ?? 0) + 1;
    this.#right[grade] = share * (this.#right[grade] ?? 0) + (isRight ? 1 : 0);
  }
}

/** What is known of a loaded model: its generations learn from one another. */
export type DraftKnowledge = { readonly costs: Pick<CallCosts, 'of' | 'record'>; readonly odds: Odds };

export function newDraftKnowledge(): DraftKnowledge {
  return { costs: new CallCosts(), odds: new Odds() };
}

export class DraftPolicy {
  readonly #costs: DraftKnowledge['costs'];
  readonly #odds: Odds;

  /** For one generation, which may be easier or harder to foresee than those before it. */
  constructor({ costs, odds }: DraftKnowledge) {
    this.#costs = costs;
    this.#odds = new Odds(odds);
  }

  /** How many tokens of a draft to verify, of at most `maxTokens`. 0: it does not pay. */
  choose(evidence: Evidence, maxTokens: number): number {
    return bestLength({
      chanceOf: (index) => this.#odds.chance(gradeOf(evidence, index)),
      costOf: (nTokens) => this.#costs.of(nTokens),
      maxTokens,
    });
  }

  /** Of a draft, the fate of the first `known` tokens is known: the first `right` of them came so. */
  learn(evidence: Evidence, { known, right }: { known: number; right: number }): void {
    for (let index = 0; index < known && index <= right; index++)
      this.#odds.record(gradeOf(evidence, index), index < right);
  }
}

export type Prospect = {
  /** That a token of the draft is right if all before it are. */
  readonly chanceOf: (index: number) => number;
  /** Of a call with so many tokens, in calls with one. */
  readonly costOf: (nTokens: number) => number;
  readonly maxTokens: number;
};

/** The length with the most expected tokens per time: (1 + p₀ + p₀p₁ + …) / cost. */
export function bestLength({ chanceOf, costOf, maxTokens }: Prospect): number {
  let best = 0;
  let bestRate = LEAST_GAIN;
  let expected = 1;
  let reached = 1;
  for (let length = 1; length <= Math.min(maxTokens, MAX_CALL_TOKENS - 1); length++) {
    reached *= chanceOf(length - 1);
    expected += reached;
    const rate = expected / costOf(length + 1);
    if (rate <= bestRate) continue;
    best = length;
    bestRate = rate;
  }
  return best;
}

/** Behind a token that was right, one more agrees, and what was disputed is decided. */
function gradeOf({ matchTokens, isDisputed }: Evidence, index: number): number {
  const grade = GRADE_STARTS.findLastIndex((start) => start <= matchTokens + index);
  return isDisputed && index === 0 ? CLEAR.length + grade : grade;
}
