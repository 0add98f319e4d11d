/**
 * Opens connections, and ends every one of them: by its answer, by an error that a user understands, by a
 * cancellation, or because hardly anything arrives. Nothing here is called unless the user has asked for it.
 *
 * With the global `fetch`, into which VS Code puts its proxy settings and its certificates (test/editor/cuda.test.ts):
 * one signal ends all of it, from the name's resolution to the last byte, over http in tests as over https.
 */
import { say } from '../base/sentence.ts';
import { cancelled, messageOf, UserError } from '../base/userError.ts';

/** Less than this much within this time counts as nothing: a connection that stalled, or that trickles. */
export type Pace = { readonly bytes: number; readonly withinMs: number };

export type Transfer = {
  readonly signal?: AbortSignal;
  readonly pace?: Pace;
};

const PACE: Pace = { bytes: 32 * 1024, withinMs: 30_000 };
const MAX_REDIRECTS = 5;
/** NuGet's index has some 10 kB; an entry that lists the files of a package, some 100 kB. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;

/** The JSON at this address, whoever wrote it. */
export async function fetchJson(url: URL, transfer: Transfer = {}): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  await receive(url, transfer, (chunk) => {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_JSON_BYTES)
      throw new UserError('network', say`The answer of ${url.host} is too long.`);
    chunks.push(chunk);
  });
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new UserError('network', say`${url.host} did not answer with JSON. ${CHECK_PROXY}`, url.href);
  }
}

/**
 * Hands on what is at this address piece by piece, and reads on when that is done.
 * @param sizeBytes what it has to be, where that is known
 */
export async function receive(
  url: URL,
  { signal, pace = PACE }: Transfer,
  take: (chunk: Uint8Array) => Promise<void> | void,
  sizeBytes?: number,
): Promise<void> {
  let receivedBytes = 0;
  const stalled = new AbortController();
  let markBytes = 0;
  const watch = setInterval(() => {
    if (receivedBytes - markBytes < pace.bytes) stalled.abort();
    markBytes = receivedBytes;
  }, pace.withinMs);
  try {
    signal?.throwIfAborted();
    const response = await open(url, AbortSignal.any([stalled.signal, ...(signal ? [signal] : [])]));
    checkAnnounced(response, url, sizeBytes);
    for await (const chunk of chunksOf(response)) {
      receivedBytes += chunk.length;
      await take(chunk);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (signal?.aborted === true) throw cancelled();
    const detail = `${url.href}: ${reasonOf(error)}, after ${receivedBytes} bytes`;
    if (stalled.signal.aborted) {
      throw new UserError(
        'network',
        say`The connection to ${url.host} has stalled. Try again later.`,
        detail,
      );
    }
    throw receivedBytes === 0 ? unreachable(url, error, detail) : brokenOff(url, detail);
  } finally {
    clearInterval(watch);
  }
}

/** Where a link or a redirect leads: over https, or to where it comes from, and never with a password. */
export function follow(from: URL, link: string): URL {
  const to = URL.canParse(link, from.href) ? new URL(link, from) : undefined;
  const isSafe = to !== undefined && (to.protocol === 'https:' || to.origin === from.origin);
  if (isSafe && to.username === '' && to.password === '') return to;
  throw new UserError(
    'network',
    say`${from.host} leads to an address that is not safe, so nothing was fetched. ${CHECK_PROXY}`,
    to === undefined ? 'not an address' : `${to.protocol}//${to.host}`,
  );
}

const CHECK_PROXY = say`If there is a proxy, check VS Code's setting "http.proxy".`;

async function open(start: URL, signal: AbortSignal): Promise<Response> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: { 'accept-encoding': 'identity' },
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      if (response.status === 200) return response;
      await response.body?.cancel();
      throw refused(url, response.status);
    }
    await response.body?.cancel();
    url = follow(url, location);
  }
  throw new UserError('network', say`${start.host} redirects in a circle. Try again later.`, start.href);
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body !== null) yield* body as AsyncIterable<Uint8Array>;
}

/** A wrong size is seen before hundreds of megabytes are fetched, where it is announced. */
function checkAnnounced({ headers }: Response, url: URL, sizeBytes: number | undefined): void {
  const announced = headers.get('content-encoding') === null ? headers.get('content-length') : null;
  if (announced === null || sizeBytes === undefined || Number(announced) === sizeBytes) return;
  throw wrongSize(url, Number(announced), sizeBytes);
}

export function wrongSize(url: URL, foundBytes: number, sizeBytes: number): UserError {
  return new UserError(
    'network',
    say`${url.host} sends ${foundBytes} bytes where there should be ${sizeBytes}, so nothing was kept. Try again later.`,
    url.href,
  );
}

function refused(url: URL, status: number): UserError {
  if (status === 404 || status === 410) {
    return new UserError(
      'network',
      say`${url.host} does not have this any more (status ${status}).`,
      url.href,
    );
  }
  // Not 407: `fetch` takes that for a connection that failed.
  if (status === 401 || status === 403) {
    return new UserError(
      'network',
      say`${url.host} refuses access (status ${status}). ${CHECK_PROXY}`,
      url.href,
    );
  }
  return new UserError(
    'network',
    say`${url.host} cannot answer now (status ${status}). Try again later.`,
    url.href,
  );
}

function unreachable(url: URL, error: unknown, detail: string): UserError {
  return new UserError(
    'network',
    say`${url.host} cannot be reached (${shortReasonOf(error)}). Check the connection. ${CHECK_PROXY}`,
    detail,
  );
}

function brokenOff(url: URL, detail: string): UserError {
  return new UserError('network', say`The connection to ${url.host} broke off. Try again.`, detail);
}

function reasonOf(error: unknown): string {
  return `${messageOf(error)}: ${shortReasonOf(error)}`;
}

/** The platform says "fetch failed" of everything; what it was stands behind it. */
function shortReasonOf(error: unknown): string {
  const cause = (error instanceof Error ? error.cause : undefined) ?? error;
  return cause instanceof Error && 'code' in cause
    ? String(cause.code)
    : messageOf(cause) || 'no reason given';
}
