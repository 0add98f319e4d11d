/**
 * How long to wait after a keystroke before the model is asked: as long as it takes to tell that somebody has paused,
 * which is learned from the rhythm of the keys, less the time that an answer takes anyway. An answer that takes longer
 * than the next key is away is cancelled by that key without anybody having waited for it.
 */

export type DebounceOptions = {
  /** Milliseconds, from any beginning. */
  readonly nowMs: () => number;
};

export type Moment = {
  /** What stands before the cursor on its line. */
  readonly linePrefix: string;
  /** The user asked by a command. */
  readonly isExplicit: boolean;
};

/** Whoever pauses for longer is not in the middle of typing. */
const LONGEST_INTERVAL_MS = 1_000;
/** This share of the intervals while typing is shorter than the one that tells a pause. */
const QUANTILE = 0.75;
/** What each interval counts, relative to the one after it: half after 13 keys. */
const DECAY = 0.95;
const N_INTERVALS = 60;
/** With fewer, the rhythm is not known yet. */
const MIN_INTERVALS = 8;
const UNKNOWN_RHYTHM_MS = 40;
/** What the newest request counts in the mean of their latencies. */
const LATENCY_SHARE = 0.2;

/** Slower typists do not wait for longer: a request that a key ends has cost little. */
export const LONGEST_PAUSE_MS = 150;

export class Debounce {
  readonly #nowMs: () => number;
  /** Newest last. */
  readonly #intervalsMs: number[] = [];
  #lastKeyMs: number | undefined;
  #latencyMs: number | undefined;

  constructor({ nowMs }: DebounceOptions) {
    this.#nowMs = nowMs;
  }

  /** A key has been typed just now. */
  keyTyped(): void {
    const nowMs = this.#nowMs();
    const intervalMs = nowMs - (this.#lastKeyMs ?? -Infinity);
    this.#lastKeyMs = nowMs;
    if (intervalMs > LONGEST_INTERVAL_MS) return;
    this.#intervalsMs.push(intervalMs);
    if (this.#intervalsMs.length > N_INTERVALS) this.#intervalsMs.shift();
  }

  /** The model took this long to answer. */
  answered(latencyMs: number): void {
    this.#latencyMs = (this.#latencyMs ?? latencyMs) * (1 - LATENCY_SHARE) + latencyMs * LATENCY_SHARE;
  }

  /** How long to wait from now on; what has gone by since the last key counts. */
  pauseMs({ linePrefix, isExplicit }: Moment): number {
    // At the start of a line nothing is being typed that the answer could depend on.
    if (isExplicit || linePrefix.trim() === '') return 0;
    const sinceKeyMs = this.#nowMs() - (this.#lastKeyMs ?? -Infinity);
    return Math.max(0, this.#learnedMs() - sinceKeyMs);
  }

  #learnedMs(): number {
    const rhythmMs =
      this.#intervalsMs.length < MIN_INTERVALS ? UNKNOWN_RHYTHM_MS : weightedQuantile(this.#intervalsMs);
    return Math.min(LONGEST_PAUSE_MS, Math.max(0, rhythmMs - (this.#latencyMs ?? 0)));
  }
}

/** The smallest value that, with all below it, has QUANTILE of the weight. The newest, which is the last, weighs most. */
function weightedQuantile(values: readonly number[]): number {
  const weighted = values
    .map((value, index) => ({ value, weight: DECAY ** (values.length - 1 - index) }))
    .sort((a, b) => a.value - b.value);
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  for (const { value, weight } of weighted) {
    below += weight;
    if (below >= QUANTILE * total) return value;
  }
  return weighted.at(-1)?.value ?? 0;
}
