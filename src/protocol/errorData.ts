/** Errors as data, and back. */
import { messageOf, UserError } from '../base/userError.ts';
import type { ErrorData } from './messages.ts';

export function toErrorData(error: unknown): ErrorData {
  if (error instanceof UserError) {
    const { code, sentence, detail } = error;
    return { code, sentence, ...(detail !== undefined && { detail }) };
  }
  const detail = error instanceof Error ? error.stack : undefined;
  return { code: 'internal', sentence: messageOf(error), ...(detail !== undefined && { detail }) };
}

export function fromErrorData({ code, sentence, detail }: ErrorData): UserError {
  return new UserError(code, sentence, detail);
}
