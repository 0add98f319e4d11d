/**
 * How much of the window a completion's prompt may fill: as much as the model reads in a few seconds here, since that
 * is how long a jump of the cursor may take. It changes in large steps only: every change costs a cache.
 */

/** A prompt that has to be read from its first token on takes this long. */
const FULL_PROMPT_MS = 3_000;

/** The share of the window that a step is. */
const STEPS = 8;
const LEAST_STEPS = 2;

/** How far a measurement must be off before anything is changed: machines are noisy. */
const SLACK = 1.2;

export class PromptBudget {
  readonly #nPositions: number;
  #nSteps = STEPS;

  constructor(nPositions: number) {
    this.#nPositions = nPositions;
  }

  /** Tokens that prompt and answer share. */
  get windowTokens(): number {
    return Math.floor((this.#nPositions * this.#nSteps) / STEPS);
  }

  /** @param msPerToken what a token of a prompt takes, as measured; undefined while nothing is known */
  adapt(msPerToken: number | undefined): void {
    if (msPerToken === undefined) return;
    const stepMs = (this.#nPositions / STEPS) * msPerToken;
    const fitting = Math.max(LEAST_STEPS, Math.min(STEPS, Math.floor(FULL_PROMPT_MS / stepMs)));
    const isTooSlow = this.#nSteps * stepMs > FULL_PROMPT_MS * SLACK;
    const hasRoom = (this.#nSteps + 1) * stepMs * SLACK < FULL_PROMPT_MS;
    if (isTooSlow || hasRoom) this.#nSteps = fitting;
  }
}
