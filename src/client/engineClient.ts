/** The editor's side of the engine's thread: starts it, asks it, ends it. It never ends a thread inside a native call. */
import { Worker } from 'node:worker_threads';
import { messageOf, UserError } from '../base/userError.ts';
import type { EngineCalls } from '../protocol/calls.ts';
import { Caller, type CallOptions } from '../protocol/caller.ts';
import type { FromWorker, ToWorker } from '../protocol/messages.ts';

export class EngineClient {
  readonly #worker: Worker;
  readonly #caller: Caller<EngineCalls>;
  readonly #exited: Promise<void>;
  #isClosing = false;

  /** @param onDeath told once if the thread ends without having been asked to */
  constructor(workerFile: string, onDeath: (reason: UserError) => void = () => undefined) {
    // Without execArgv the thread would inherit flags of the editor's process, like an inspector's port.
    this.#worker = new Worker(workerFile, { execArgv: [], name: 'GPT-J' });
    this.#caller = new Caller<EngineCalls>({
      postMessage: (message: ToWorker<EngineCalls>) => this.#worker.postMessage(message),
      on: (_, listener: (message: FromWorker<EngineCalls>) => void) => this.#worker.on('message', listener),
    });
    let cause = 'it ended by itself';
    this.#worker.on('error', (error) => (cause = messageOf(error)));
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        const reason = new UserError(
          'closed',
          'The model has stopped. Restart it with "GPT-J: Restart".',
          `${cause}, exit code ${code}`,
        );
        this.#caller.fail(reason);
        resolve();
        if (!this.#isClosing) onDeath(reason);
      });
    });
  }

  async call<K extends keyof EngineCalls>(
    name: K,
    params: EngineCalls[K]['params'],
    options: CallOptions<EngineCalls[K]['progress']> = {},
  ): Promise<EngineCalls[K]['result']> {
    return this.#caller.call(name, params, options);
  }

  /** Ends the thread after the native call in progress. Safe to call twice, and after the thread has died. */
  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      // A thread that has died already fails this call, which is as good.
      this.#caller.call('close', undefined).catch(() => undefined);
    }
    await this.#exited;
  }
}
