/**
 * How many prompt tokens go into one native call. A call cannot be stopped, so it must be short: a keystroke that
 * ends a generation waits for it, and so does closing the window.
 */

/** A call's bound; the second is for models whose single step is slow already, like GPT-J-6B on a processor. */
const MAX_CALL_MS = 250;
const MAX_CALL_SLOW_MS = 600;
const SLOW_STEP_MS = 35;

/** Aimed at, as a share of the bound: machines are noisy, and attention grows with the text. */
const AIM = 0.5;
const MIN_TOKENS = 8;
const MAX_TOKENS = 512;
const FIRST_TOKENS = 16;

/** Weight of the newest measurement. */
const RENEWAL = 0.4;

export class ChunkPlanner {
  readonly #maxTokens: number;
  #msPerToken: number | undefined;
  #msPerStep: number | undefined;

  /** @param maxTokens what the device computes rightly at once */
  constructor(maxTokens = MAX_TOKENS) {
    this.#maxTokens = Math.min(MAX_TOKENS, maxTokens);
  }

  /** What a token of a prompt takes; undefined while nothing has been measured. */
  get msPerToken(): number | undefined {
    return this.#msPerToken;
  }

  /** Tokens for the next call. */
  next(): number {
    if (this.#msPerToken === undefined) return Math.min(this.#maxTokens, FIRST_TOKENS);
    const boundMs = (this.#msPerStep ?? 0) > SLOW_STEP_MS ? MAX_CALL_SLOW_MS : MAX_CALL_MS;
    const nTokens = Math.floor((AIM * boundMs) / this.#msPerToken);
    return Math.max(MIN_TOKENS, Math.min(this.#maxTokens, nTokens));
  }

  /** Learns from a call that took `ms` for `nTokens`. */
  record(nTokens: number, ms: number): void {
    if (nTokens === 1) this.#msPerStep = renewed(this.#msPerStep, ms);
    else if (nTokens >= MIN_TOKENS) this.#msPerToken = renewed(this.#msPerToken, ms / nTokens);
  }
}

function renewed(old: number | undefined, measured: number): number {
  return old === undefined ? measured : old + RENEWAL * (measured - old);
}
