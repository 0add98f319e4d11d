/** Asks over a port. Every call ends: in a result, an error, or a cancellation; `fail` ends all that are open. */
import { cancelled, type UserError } from '../base/userError.ts';
import { fromErrorData } from './errorData.ts';
import type { CallTable, FromWorker, Port, Request, ToWorker } from './messages.ts';

export type CallOptions<Progress> = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
};

type OpenCall = {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: UserError) => void;
  readonly onProgress: ((progress: never) => void) | undefined;
};

export class Caller<C extends CallTable> {
  readonly #port: Port<FromWorker<C>, ToWorker<C>>;
  readonly #open = new Map<number, OpenCall>();
  #lastId = 0;
  #failure: UserError | undefined;

  constructor(port: Port<FromWorker<C>, ToWorker<C>>) {
    this.#port = port;
    port.on('message', (message) => this.#receive(message));
  }

  async call<K extends keyof C>(
    name: K,
    params: C[K]['params'],
    { signal, onProgress }: CallOptions<C[K]['progress']> = {},
  ): Promise<C[K]['result']> {
    if (this.#failure !== undefined) throw this.#failure;
    if (signal?.aborted === true) throw cancelled();
    const id = ++this.#lastId;
    const cancel = () => this.#port.postMessage({ kind: 'cancel', id });
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise<C[K]['result']>((resolve, reject) => {
        this.#open.set(id, { resolve, reject, onProgress });
        const wantsProgress = onProgress !== undefined;
        this.#port.postMessage({ kind: 'call', id, name, params, wantsProgress } as Request<C>);
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#open.delete(id);
    }
  }

  /** Ends the open calls and refuses new ones: the other side is gone. */
  fail(error: UserError): void {
    this.#failure ??= error;
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
  }

  #receive(message: FromWorker<C>): void {
    const open = this.#open.get(message.id);
    if (open === undefined) return;
    if (message.kind === 'progress') open.onProgress?.(message.progress as never);
    else if (message.kind === 'result') open.resolve(message.result);
    else open.reject(fromErrorData(message.error));
  }
}
