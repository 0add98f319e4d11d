/** What went wrong on the way to a host, in a sentence, and whether it may go better in a while. */
import { say, type Sentence } from '../base/sentence.ts';
import { messageOf, UserError } from '../base/userError.ts';

export type Outlook = {
  /** Whatever it was may pass. */
  readonly isTransient?: boolean;
  /** The host says when. */
  readonly retryAfterMs?: number | undefined;
  /** Of the answer, where there was one. */
  readonly status?: number;
};

export class NetworkFailure extends UserError {
  readonly outlook: Outlook;

  constructor(sentence: Sentence | string, detail: string, outlook: Outlook = {}) {
    super('network', sentence, detail);
    this.outlook = outlook;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof UserError && 'outlook' in value;
  }
}

export const CHECK_PROXY = say`If there is a proxy, check VS Code's setting "http.proxy".`;

/** For the log: what follows a question mark may be a signature that opens the file to anybody. */
export function placeOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

export function refused(url: URL, { status, headers }: Response): NetworkFailure {
  const [detail, host] = [placeOf(url), url.host];
  if (status === 404 || status === 410) {
    return new NetworkFailure(say`${host} does not have this any more (status ${status}).`, detail, {
      status,
    });
  }
  // Not 407: `fetch` takes that for a connection that failed.
  if (status === 401 || status === 403) {
    return new NetworkFailure(say`${host} refuses access (status ${status}). ${CHECK_PROXY}`, detail, {
      status,
    });
  }
  const isTransient = status === 408 || status === 425 || status === 429 || status >= 500;
  const retryAfterMs = waitOf(headers.get('retry-after'), Date.now());
  return new NetworkFailure(say`${host} cannot answer now (status ${status}). Try again later.`, detail, {
    ...{ status, isTransient, retryAfterMs },
  });
}

/** `Retry-After` is a number of seconds, or a date. */
export function waitOf(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const untilMs = Date.parse(header);
  return Number.isNaN(untilMs) ? undefined : Math.max(0, untilMs - nowMs);
}

export function stalled(url: URL, detail: string): NetworkFailure {
  return new NetworkFailure(say`The connection to ${url.host} has stalled. Try again later.`, detail, {
    isTransient: true,
  });
}

export function brokenOff(url: URL, detail: string): NetworkFailure {
  return new NetworkFailure(say`The connection to ${url.host} broke off. Try again.`, detail, {
    isTransient: true,
  });
}

export function unreachable(url: URL, error: unknown, detail: string): NetworkFailure {
  return new NetworkFailure(
    say`${url.host} cannot be reached (${shortReasonOf(error)}). Check the connection. ${CHECK_PROXY}`,
    detail,
    { isTransient: true },
  );
}

export function reasonOf(error: unknown): string {
  return `${messageOf(error)}: ${shortReasonOf(error)}`;
}

/** The platform says "fetch failed" of everything; what it was stands behind it. */
function shortReasonOf(error: unknown): string {
  const cause = (error instanceof Error ? error.cause : undefined) ?? error;
  return cause instanceof Error && 'code' in cause
    ? String(cause.code)
    : messageOf(cause) || 'no reason given';
}
