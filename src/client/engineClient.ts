/**
 * The editor's side of an engine: starts it in a thread or in a process of its own, asks it, ends it. It never ends
 * a thread inside a native call.
 */
import { UserError } from '../base/userError.ts';
import type { EngineCalls } from '../protocol/calls.ts';
import { Caller, type CallOptions } from '../protocol/caller.ts';
import type { Ending, EngineLink, Isolation } from './engineLink.ts';
import { startProcess } from './engineProcess.ts';
import { startThread } from './engineThread.ts';

export type Death = { readonly how: Ending['how']; readonly reason: UserError };

/** The longest native call, the load of a large model from a slow disk, ends well within this. */
const CLOSE_WITHIN_MS = 60_000;

export class EngineClient {
  readonly #link: EngineLink;
  readonly #caller: Caller<EngineCalls>;
  readonly #ended: Promise<void>;
  #isClosing = false;

  /** @param onDeath told once if it ends without having been asked to */
  constructor(
    workerFile: string,
    onDeath: (death: Death) => void = () => undefined,
    isolation: Isolation = 'thread',
  ) {
    this.#link = isolation === 'thread' ? startThread(workerFile) : startProcess(workerFile);
    this.#caller = new Caller<EngineCalls>(this.#link);
    this.#ended = this.#link.ended.then(({ how, sentence, detail }) => {
      const reason = new UserError('closed', sentence, detail);
      this.#caller.fail(reason);
      if (!this.#isClosing) onDeath({ how, reason });
    });
  }

  /** Of the process that makes the native calls. */
  get pid(): number {
    return this.#link.pid;
  }

  async call<K extends keyof EngineCalls>(
    name: K,
    params: EngineCalls[K]['params'],
    options: CallOptions<EngineCalls[K]['progress']> = {},
  ): Promise<EngineCalls[K]['result']> {
    return this.#caller.call(name, params, options);
  }

  /** Ends it after the native call in progress. Safe to call twice, and after it has died. */
  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      // One that has died already fails this call, which is as good.
      this.#caller.call('close', undefined).catch(() => undefined);
    }
    const overdue = setTimeout(() => this.#link.giveUp(), CLOSE_WITHIN_MS);
    await this.#ended;
    clearTimeout(overdue);
  }
}
