/** Errors as data, and back. */
import { UserError } from '../base/userError.ts';
import type { ErrorData } from './messages.ts';

export function toErrorData(error: unknown): ErrorData {
  if (error instanceof UserError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.detail !== undefined && { detail: error.detail }),
    };
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return { code: 'internal', message, ...(stack !== undefined && { detail: stack }) };
}

export function fromErrorData({ code, message, detail }: ErrorData): UserError {
  return new UserError(code, message, detail);
}
