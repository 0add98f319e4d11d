/** As many deaths as this within the time, and an engine stays off until it is asked for. */
const MAX_DEATHS = 3;
const WITHIN_MS = 5 * 60_000;

/** How often an engine has died lately. */
export class RecentDeaths {
  #timesMs: readonly number[] = [];

  /** Counts one more, and says whether it was one too many. */
  record(nowMs: number): { readonly nDeaths: number; readonly isLast: boolean } {
    this.#timesMs = [...this.#timesMs.filter((timeMs) => nowMs - timeMs < WITHIN_MS), nowMs];
    const nDeaths = this.#timesMs.length;
    return { nDeaths, isLast: nDeaths >= MAX_DEATHS };
  }

  forget(): void {
    this.#timesMs = [];
  }
}
