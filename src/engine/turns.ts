/**
 * Who may make the next native call. One at a time; a completion goes before a task, which waits between two of
 * its calls with its cache as it is; a newer completion ends the older ones.
 */
import { cancelled, UserError } from '../base/userError.ts';
import type { Priority } from '../model/generation.ts';

/** One generation's place among the others. */
export class Turn {
  readonly priority: Priority;
  readonly #abort = new AbortController();

  constructor(priority: Priority, signal?: AbortSignal) {
    this.priority = priority;
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
  readonly #onIdle: (() => void)[] = [];
  #isClosed = false;

  /** Enters a generation. A completion ends those that came before it. */
  begin(priority: Priority, signal?: AbortSignal): Turn {
    if (this.#isClosed) throw closed();
    if (priority === 'completion') {
      for (const other of this.#open) if (other.priority === 'completion') other.end();
    }
    const turn = new Turn(priority, signal);
    this.#open.add(turn);
    return turn;
  }

  finish(turn: Turn): void {
    this.#open.delete(turn);
  }

  /** Runs one native call when it is the turn's time; throws `cancelled` if it has been ended by then. */
  async call<T>(turn: Turn, run: () => Promise<T>): Promise<T> {
    await this.#granted(turn);
    try {
      if (turn.ended) throw cancelled();
      return await run();
    } finally {
      this.#isBusy = false;
      this.#grantNext();
    }
  }

  /** Ends every generation. Resolves when no call is in progress any more. */
  async endAll(): Promise<void> {
    for (const turn of this.#open) turn.end();
    if (this.#isBusy) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Ends everything and lets nothing in any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.endAll();
  }

  async #granted(turn: Turn): Promise<void> {
    await new Promise<void>((grant) => {
      this.#waiting.push({ turn, grant });
      this.#grantNext();
    });
  }

  /** Those that have been ended come first: they only want to hear of it. */
  #grantNext(): void {
    if (this.#isBusy) return;
    const next =
      this.#waiting.find(({ turn }) => turn.ended) ??
      this.#waiting.find(({ turn }) => turn.priority === 'completion') ??
      this.#waiting[0];
    if (next === undefined) {
      for (const resolve of this.#onIdle.splice(0)) resolve();
      return;
    }
    this.#waiting = this.#waiting.filter((waiting) => waiting !== next);
    this.#isBusy = true;
    next.grant();
  }
}

function closed(): UserError {
  return new UserError('closed', 'The model is being closed.');
}
