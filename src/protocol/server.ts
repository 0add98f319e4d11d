/** Answers what comes over a port: one handler per call of the table. */
import { toErrorData } from './errorData.ts';
import type { CallTable, FromWorker, Port, ToWorker } from './messages.ts';

export type Handlers<C extends CallTable> = {
  readonly [K in keyof C]: (
    params: C[K]['params'],
    hooks: HandlerHooks<C[K]['progress']>,
  ) => Promise<C[K]['result']>;
};

export type HandlerHooks<Progress> = {
  readonly signal: AbortSignal;
  /** undefined where nobody listens. */
  readonly onProgress: ((progress: Progress) => void) | undefined;
};

export function serve<C extends CallTable>(
  port: Port<ToWorker<C>, FromWorker<C>>,
  handlers: Handlers<C>,
): void {
  const running = new Map<number, AbortController>();

  port.on('message', (message) => {
    if (message.kind === 'cancel') {
      running.get(message.id)?.abort();
      return;
    }
    const { id, name, params, wantsProgress } = message;
    const abort = new AbortController();
    running.set(id, abort);
    const tell = (progress: C[keyof C]['progress']) => port.postMessage({ kind: 'progress', id, progress });
    const onProgress = wantsProgress ? tell : undefined;
    // Async, so that a call that is not in the table, or a handler that throws at once, is answered too.
    const answer = async () => handlers[name](params, { signal: abort.signal, onProgress });
    answer()
      .then((result) => port.postMessage({ kind: 'result', id, result }))
      .catch((error: unknown) => port.postMessage({ kind: 'error', id, error: toErrorData(error) }))
      .finally(() => running.delete(id));
  });
}
