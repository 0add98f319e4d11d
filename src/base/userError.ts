/** Failures that the user must know, and how they are told from others. */
import { spell, type Sentence } from './sentence.ts';

/** What kind of failure it is, for code that reacts to it. The message is for the user. */
export type ErrorCode =
  | 'bad-argument'
  | 'bad-checkpoint'
  | 'bad-model'
  | 'cancelled'
  | 'closed'
  | 'device'
  | 'disk'
  | 'held'
  | 'network'
  | 'no-model'
  | 'no-runtime'
  | 'too-long'
  | 'internal';

/**
 * A failure that the user must know: one clear sentence that says what to do next.
 * Errors cross threads as data, so this carries everything as plain fields.
 */
export class UserError extends Error {
  readonly code: ErrorCode;
  /** The message with its values apart, for other languages. */
  readonly sentence: Sentence | string;
  /** For the log: never source text. */
  readonly detail: string | undefined;

  constructor(code: ErrorCode, sentence: Sentence | string, detail?: string) {
    super(spell(sentence));
    this.name = 'UserError';
    this.code = code;
    this.sentence = sentence;
    this.detail = detail;
  }

  /** A bundle that is loaded later has this class once more, and its errors are as good. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UserError';
  }
}

export function cancelled(): UserError {
  return new UserError('cancelled', 'Cancelled.');
}

export function isCancelled(error: unknown): boolean {
  return error instanceof UserError && error.code === 'cancelled';
}

/** The sentence for the user, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
