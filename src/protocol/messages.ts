/** The messages that carry calls, derived from a table of calls by mapped types. */
import type { Sentence } from '../base/sentence.ts';
import type { ErrorCode } from '../base/userError.ts';

/** A table of calls: name → what goes in, what comes back, what is told on the way. */
export type CallTable = Record<string, { params: unknown; result: unknown; progress: unknown }>;

export type Request<C extends CallTable> = {
  readonly [K in keyof C]: {
    readonly kind: 'call';
    readonly id: number;
    readonly name: K;
    readonly params: C[K]['params'];
    /** Whether anybody listens to the progress: a message wakes the editor's thread. */
    readonly wantsProgress: boolean;
  };
}[keyof C];

export type ToWorker<C extends CallTable> = Request<C> | { readonly kind: 'cancel'; readonly id: number };

export type FromWorker<C extends CallTable> =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: C[keyof C]['progress'] }
  | { readonly kind: 'result'; readonly id: number; readonly result: C[keyof C]['result'] }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorData };

/** An Error loses its class and its fields when it crosses threads, so it crosses as data. */
export type ErrorData = {
  readonly code: ErrorCode;
  readonly sentence: Sentence | string;
  readonly detail?: string;
};

/** The part of a `MessagePort` or a `Worker` that is used. */
export type Port<Incoming, Outgoing> = {
  postMessage(message: Outgoing): void;
  on(event: 'message', listener: (message: Incoming) => void): unknown;
};
