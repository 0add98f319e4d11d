/** How long a work of known size will still take, by how fast it has gone so far. */

/** Before that, a first piece that was slow, or was there already, would be taken for the rule. */
const SETTLED_MS = 2_000;

export class TimeLeft {
  readonly #nowMs: () => number;
  #start: { readonly atMs: number; readonly share: number } | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** In milliseconds, given the share that is done; undefined while nobody can know. */
  leftMs(share: number): number | undefined {
    this.#start ??= { atMs: this.#nowMs(), share };
    const passedMs = this.#nowMs() - this.#start.atMs;
    const done = share - this.#start.share;
    return passedMs < SETTLED_MS || done <= 0 ? undefined : (passedMs / done) * (1 - share);
  }
}
