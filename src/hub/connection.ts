/**
 * Opens connections, and ends every one of them: by its answer, by an error that a user understands, by a
 * cancellation, or because hardly anything arrives. Nothing here is called unless the user has asked for it.
 *
 * With the global `fetch`, into which VS Code puts its proxy settings and its certificates (test/editor/cuda.test.ts):
 * one signal ends all of it, from the name's resolution to the last byte, over http in tests as over https.
 */
import { say } from '../base/sentence.ts';
import { cancelled, UserError } from '../base/userError.ts';
import {
  brokenOff,
  CHECK_PROXY,
  NetworkFailure,
  placeOf,
  reasonOf,
  refused,
  stalled,
  unreachable,
} from './networkFailure.ts';

/** Less than this much within this time counts as nothing: a connection that stalled, or that trickles. */
export type Pace = { readonly bytes: number; readonly withinMs: number };

/** What one host knows the user by. No other host is shown it. */
export type Token = { readonly origin: string; readonly value: string };

export type Transfer = {
  readonly signal?: AbortSignal;
  readonly pace?: Pace;
  readonly token?: Token | undefined;
  /** The user has named a host on this machine, which may lead to another one on it. */
  readonly onLoopback?: boolean;
};

/** The rest of a file that is there in part. */
export type Rest = {
  readonly fromBytes: number;
  /** Of the file that the part belongs to: if it is another one now, all of that comes instead. */
  readonly etag: string | undefined;
};

export type AnswerHead = {
  /** Where it comes from in the end. */
  readonly url: URL;
  /** The rest, as asked for, and not the whole. */
  readonly isRest: boolean;
  readonly headers: Headers;
};

export type Receiver = {
  /** Looks at an answer before anything of it is read. */
  readonly begin?: (head: AnswerHead) => Promise<void> | void;
  readonly take: (chunk: Uint8Array) => Promise<void> | undefined;
};

const PACE: Pace = { bytes: 32 * 1024, withinMs: 30_000 };
const MAX_REDIRECTS = 5;
/** NuGet's index has some 10 kB; an entry that lists the files of a package, or of a repository, some 100 kB. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;

/** The JSON at this address, whoever wrote it. */
export async function fetchJson(url: URL, transfer: Transfer = {}): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const take = (chunk: Uint8Array) => {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_JSON_BYTES)
      throw new UserError('network', say`The answer of ${url.host} is too long.`);
    chunks.push(chunk);
    return undefined;
  };
  await receive(url, transfer, { take });
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new UserError('network', say`${url.host} did not answer with JSON. ${CHECK_PROXY}`, placeOf(url));
  }
}

/** Hands on what is at this address piece by piece, and reads on when that is done. */
export async function receive(
  url: URL,
  { signal, pace = PACE, token, onLoopback = false }: Transfer,
  { begin, take }: Receiver,
  rest?: Rest,
): Promise<void> {
  let receivedBytes = 0;
  const stall = new AbortController();
  let markBytes = 0;
  const watch = setInterval(() => {
    if (receivedBytes - markBytes < pace.bytes) stall.abort();
    markBytes = receivedBytes;
  }, pace.withinMs);
  try {
    signal?.throwIfAborted();
    const ends = AbortSignal.any([stall.signal, ...(signal ? [signal] : [])]);
    const { response, url: source } = await open(url, { signal: ends, token, onLoopback, rest });
    await begin?.({ url: source, isRest: response.status === 206, headers: response.headers });
    await readAll(response, (chunk) => {
      receivedBytes += chunk.length;
      return take(chunk);
    });
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (signal?.aborted === true) throw cancelled();
    const detail = `${placeOf(url)}: ${reasonOf(error)}, after ${receivedBytes} bytes`;
    if (stall.signal.aborted) throw stalled(url, detail);
    throw receivedBytes === 0 ? unreachable(url, error, detail) : brokenOff(url, detail);
  } finally {
    clearInterval(watch);
  }
}

/** Where a link or a redirect leads: over https, or to where it comes from, and never with a password. */
export function follow(
  from: URL,
  link: string,
  { onLoopback = false }: Pick<Transfer, 'onLoopback'> = {},
): URL {
  const to = URL.canParse(link, from.href) ? new URL(link, from) : undefined;
  const isSafe =
    to !== undefined &&
    (to.protocol === 'https:' ||
      to.origin === from.origin ||
      (onLoopback && isLoopbackHttp(from) && isLoopbackHttp(to)));
  if (isSafe && to.username === '' && to.password === '') return to;
  throw new UserError(
    'network',
    say`${from.host} leads to an address that is not safe, so nothing was fetched. ${CHECK_PROXY}`,
    to === undefined ? 'not an address' : `${to.protocol}//${to.host}`,
  );
}

/** What never leaves this machine needs no encryption. */
export function isLoopbackHttp({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

type Opening = {
  readonly signal: AbortSignal;
  readonly token: Token | undefined;
  readonly onLoopback: boolean;
  readonly rest: Rest | undefined;
};

async function open(
  start: URL,
  { signal, token, onLoopback, rest }: Opening,
): Promise<{ response: Response; url: URL }> {
  let url = start;
  // Once it has led elsewhere, the token is not shown any more, even to where it belongs.
  let isKnown = token !== undefined && token.origin === start.origin;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const headers = { ...headersOf(rest), ...(isKnown && { authorization: `Bearer ${token?.value ?? ''}` }) };
    const response = await fetch(url, { redirect: 'manual', signal, headers });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      if (response.status === 200 || (response.status === 206 && rest !== undefined))
        return { response, url };
      await response.body?.cancel();
      throw refused(url, response);
    }
    await response.body?.cancel();
    url = follow(url, location, { onLoopback });
    isKnown &&= url.origin === start.origin;
  }
  throw new NetworkFailure(say`${start.host} redirects in a circle. Try again later.`, placeOf(start));
}

function headersOf(rest: Rest | undefined): Record<string, string> {
  return {
    'accept-encoding': 'identity',
    ...(rest !== undefined && { range: `bytes=${rest.fromBytes}-` }),
    ...(rest?.etag !== undefined && { 'if-range': rest.etag }),
  };
}

async function readAll({ body }: Response, take: Receiver['take']): Promise<void> {
  if (body === null) return;
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // An `await` for each of the many pieces would be felt.
      const taken = take(value);
      if (taken !== undefined) await taken;
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw error;
  }
}
