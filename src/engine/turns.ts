/**
 * Who may make the next native call. One at a time; a completion goes before a task, which waits between two of
 * its calls with its cache as it is; a newer completion ends the older ones and takes over what they held.
 */
import { cancelled, UserError } from '../base/userError.ts';
import type { Priority } from '../model/generation.ts';

/** Waits for its time and runs one native call. Throws `cancelled` if the generation has been ended by then. */
export type Call = <T>(run: () => Promise<T>) => Promise<T>;

export type Entry = { readonly priority: Priority; readonly signal?: AbortSignal | undefined };

/** One generation's place among the others. */
class Turn {
  readonly priority: Priority;
  /** Resolves when its generation has given back all that it held. */
  readonly finished: Promise<void>;
  finish: () => void = () => undefined;
  readonly #abort = new AbortController();

  constructor({ priority, signal }: Entry) {
    this.priority = priority;
    this.finished = new Promise((resolve) => (this.finish = resolve));
    if (signal?.aborted === true) this.end();
    else signal?.addEventListener('abort', () => this.end(), { once: true });
  }

  get ended(): boolean {
    return this.#abort.signal.aborted;
  }

  end(): void {
    this.#abort.abort();
  }
}

type Waiting = { readonly turn: Turn; readonly grant: () => void };

export class Turns {
  readonly #open = new Set<Turn>();
  #waiting: Waiting[] = [];
  #isBusy = false;
  #isClosed = false;

  /**
   * Lets a generation in. A completion ends those that came before it, and begins when they have finished: the
   * cache of its text is theirs until then.
   */
  async enter<T>(entry: Entry, generation: (call: Call) => Promise<T>): Promise<T> {
    this.checkOpen();
    const isOlder = ({ priority }: Turn) => priority === 'completion' && entry.priority === 'completion';
    const older = [...this.#open].filter(isOlder);
    const turn = new Turn(entry);
    this.#open.add(turn);
    try {
      await endAndWait(older);
      if (turn.ended) throw cancelled();
      return await generation((run) => this.#call(turn, run));
    } finally {
      this.#open.delete(turn);
      turn.finish();
      this.#grantNext();
    }
  }

  /** Ends every generation. Resolves when the call in progress is over and all of them have finished. */
  async endAll(): Promise<void> {
    await endAndWait([...this.#open]);
  }

  /** Ends everything and lets nothing in any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.endAll();
  }

  /** Fails once it has been closed. */
  checkOpen(): void {
    if (this.#isClosed) throw new UserError('closed', 'The model is being closed.');
  }

  async #call<T>(turn: Turn, run: () => Promise<T>): Promise<T> {
    await this.#granted(turn);
    try {
      if (turn.ended) throw cancelled();
      return await run();
    } finally {
      this.#isBusy = false;
      this.#grantNext();
    }
  }

  async #granted(turn: Turn): Promise<void> {
    await new Promise<void>((grant) => {
      this.#waiting.push({ turn, grant });
      this.#grantNext();
    });
  }

  /**
   * Those that have been ended come first: they only want to hear of it. A task waits until every completion is over,
   * also while that is between two calls and not waiting itself.
   */
  #grantNext(): void {
    if (this.#isBusy) return;
    const next =
      this.#waiting.find(({ turn }) => turn.ended) ??
      this.#waiting.find(({ turn }) => turn.priority === 'completion') ??
      (this.#isCompleting() ? undefined : this.#waiting[0]);
    if (next === undefined) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting !== next);
    this.#isBusy = true;
    next.grant();
  }

  #isCompleting(): boolean {
    return [...this.#open].some((turn) => turn.priority === 'completion' && !turn.ended);
  }
}

async function endAndWait(turns: readonly Turn[]): Promise<void> {
  for (const turn of turns) turn.end();
  await Promise.all(turns.map(({ finished }) => finished));
}
