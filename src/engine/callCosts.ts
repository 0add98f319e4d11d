/**
 * What a call with several tokens costs on this device, in calls with one. Learned from the calls themselves, while the
 * machine around them becomes faster and slower.
 */

/** Tokens in a call for which the cost is kept; between them it is taken to be straight. */
const KNOTS = [1, 2, 4, 8, 16] as const;

/** Until it is measured: GPT-J-6B on two cores, where a call is dear. Two tokens share the reading of the weights. */
const FIRST_COSTS = [1, 1.3, 1.9, 2.9, 4.8] as const;

export const MAX_CALL_TOKENS = 16;

/** Weight of the newest measurement, in the speed of the machine and in the cost of several tokens. */
const STEP_RENEWAL = 0.3;
const COST_RENEWAL = 0.2;

/** With every step, this share of what was learned is forgotten: what once seemed too dear is tried again. */
const FORGETTING = 0.002;

/** Logarithm of how far a single call may be off before it is an accident: a page fault, another program. */
const GREATEST_SURPRISE = 0.7;

export class CallCosts {
  /** Logarithms of a call with KNOTS[i] tokens over one with a single token. */
  readonly #logCosts: number[] = FIRST_COSTS.map(Math.log);
  #logStepMs: number | undefined;

  /** Learns from a call that took `ms` and gave the logits of all its `nTokens`. */
  record(nTokens: number, ms: number): void {
    if (nTokens > MAX_CALL_TOKENS) return;
    const logMs = Math.log(Math.max(ms, 1e-3));
    if (this.#logStepMs === undefined) {
      if (nTokens === 1) this.#logStepMs = logMs;
      return;
    }
    const surprise = logMs - this.#logStepMs - Math.log(this.of(nTokens));
    const bounded = Math.max(-GREATEST_SURPRISE, Math.min(GREATEST_SURPRISE, surprise));
    // The machine may have changed its speed, or several tokens may cost other than was thought: something of both.
    this.#logStepMs += STEP_RENEWAL * bounded;
    if (nTokens === 1) this.#forget();
    else this.#correct(nTokens, COST_RENEWAL * bounded);
  }

  /** Of a call with `nTokens`, in calls with one. */
  of(nTokens: number): number {
    const { below, share } = place(nTokens);
    return (1 - share) * this.#knot(below) + share * this.#knot(below + 1);
  }

  #knot(index: number): number {
    return Math.exp(this.#logCosts[index] ?? 0);
  }

  #correct(nTokens: number, by: number): void {
    const { below, share } = place(nTokens);
    for (const [index, weight] of [
      [below, 1 - share],
      [below + 1, share],
    ] as const) {
      const cost = this.#logCosts[index];
      if (index > 0 && cost !== undefined) this.#logCosts[index] = cost + weight * by;
    }
  }

  #forget(): void {
    for (const [index, first] of FIRST_COSTS.entries()) {
      const cost = this.#logCosts[index] ?? 0;
      this.#logCosts[index] = cost + FORGETTING * (Math.log(first) - cost);
    }
  }
}

/** The knot at or before `nTokens`, and how far it lies towards the next. */
function place(nTokens: number): { below: number; share: number } {
  const above = KNOTS.findIndex((knot) => knot >= nTokens);
  if (above < 0) return { below: KNOTS.length - 2, share: 1 };
  const below = Math.max(0, above - 1);
  const [start, end] = [KNOTS[below] ?? 1, KNOTS[below + 1] ?? 1];
  return { below, share: (nTokens - start) / (end - start) };
}
