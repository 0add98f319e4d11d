/**
 * Asks the thread that runs SQLite. It is started when it is needed first, and ended where a call takes too long or is
 * cancelled: a query cannot be stopped in any other way. The next call starts another.
 */
import { Worker } from 'node:worker_threads';
import { cancelled, UserError } from '../base/userError.ts';
import { Caller } from '../protocol/caller.ts';
import type { DatabaseCalls } from '../protocol/databaseCalls.ts';

export type DatabaseCallOptions = { readonly signal?: AbortSignal; readonly timeoutMs?: number };

/** Preparing takes milliseconds, and reading a schema little more. */
const TIMEOUT_MS = 10_000;

type Running = { readonly worker: Worker; readonly caller: Caller<DatabaseCalls> };

export class DatabaseClient {
  readonly #workerFile: string;
  #running: Running | undefined;
  /** One call at a time, so that ending the thread ends no other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(workerFile: string) {
    this.#workerFile = workerFile;
  }

  async call<K extends keyof DatabaseCalls>(
    name: K,
    params: DatabaseCalls[K]['params'],
    options: DatabaseCallOptions = {},
  ): Promise<DatabaseCalls[K]['result']> {
    const call = this.#last.then(() => this.#call(name, params, options));
    this.#last = call.catch(() => undefined);
    return call;
  }

  async close(): Promise<void> {
    this.#end(new UserError('closed', 'The database has been closed.'));
    await this.#last;
  }

  async #call<K extends keyof DatabaseCalls>(
    name: K,
    params: DatabaseCalls[K]['params'],
    { signal, timeoutMs = TIMEOUT_MS }: DatabaseCallOptions,
  ): Promise<DatabaseCalls[K]['result']> {
    if (signal?.aborted === true) throw cancelled();
    const { caller } = (this.#running ??= this.#start());
    const seconds = Math.round(timeoutMs / 1000);
    const overdue = setTimeout(
      () =>
        this.#end(
          new UserError(
            'too-long',
            `The database took longer than ${seconds} seconds, so the query was ended.`,
          ),
        ),
      timeoutMs,
    );
    const cancel = () => this.#end(cancelled());
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await caller.call(name, params);
    } finally {
      clearTimeout(overdue);
      signal?.removeEventListener('abort', cancel);
    }
  }

  #start(): Running {
    const worker = new Worker(this.#workerFile, { execArgv: [] });
    const running: Running = { worker, caller: new Caller<DatabaseCalls>(worker) };
    worker.on('error', ({ message }) =>
      this.#ended(
        running,
        new UserError('internal', 'SQLite could not be started. Reload the window.', message),
      ),
    );
    worker.on('exit', () =>
      this.#ended(running, new UserError('internal', 'SQLite ended unexpectedly. Try again.')),
    );
    // It holds nothing that would have to be waited for.
    worker.unref();
    return running;
  }

  #ended({ caller }: Running, reason: UserError): void {
    if (this.#running?.caller === caller) this.#running = undefined;
    caller.fail(reason);
  }

  #end(reason: UserError): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#ended(running, reason);
    void running.worker.terminate();
  }
}
