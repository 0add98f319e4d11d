/**
 * One file from the network. What has arrived is kept, whatever ends it, and the next attempt asks for the rest, be it
 * in this process or in another; only the hash of all of it says that it is right.
 */
import { say } from '../base/sentence.ts';
import { receive, type AnswerHead, type Transfer } from './connection.ts';
import type { Digest } from './digest.ts';
import { brokenOff, NetworkFailure, placeOf } from './networkFailure.ts';
import { PartialFile } from './partialFile.ts';
import { NO_RETRIES, withRetries, type Retries } from './retries.ts';

export type RemoteFile = {
  readonly url: URL;
  readonly sizeBytes: number;
  readonly digest: Digest;
};

export type DownloadOptions = Transfer & {
  readonly retries?: Retries;
  /** How much of the file is there; it may become less when it has to be begun anew. */
  readonly onProgress?: (receivedBytes: number) => void;
};

export async function downloadFile(
  remote: RemoteFile,
  file: string,
  options: DownloadOptions = {},
): Promise<void> {
  const partial = await PartialFile.open(file, remote, options.signal);
  if (partial.receivedBytes > 0) options.onProgress?.(partial.receivedBytes);
  try {
    await withRetries(() => fetchRest(remote, partial, options), {
      ...(options.retries ?? NO_RETRIES),
      signal: options.signal,
      madeBytes: () => partial.receivedBytes,
    });
  } finally {
    await partial.close();
  }
}

async function fetchRest(remote: RemoteFile, partial: PartialFile, options: DownloadOptions): Promise<void> {
  const { url, sizeBytes, digest } = remote;
  const startBytes = partial.receivedBytes;
  if (startBytes < sizeBytes) await receiveRest(remote, partial, options);
  if (partial.receivedBytes < sizeBytes)
    throw brokenOff(url, `${placeOf(url)}: ${partial.receivedBytes} of ${sizeBytes} bytes`);
  if (await partial.finish()) return;
  await partial.restart();
  // A part of another file, or one that was spoilt on this disk: the whole may still be right.
  throw otherContent(url, digest, startBytes > 0);
}

async function receiveRest(
  { url, sizeBytes }: RemoteFile,
  partial: PartialFile,
  { onProgress, ...transfer }: DownloadOptions,
): Promise<void> {
  const begin = async (head: AnswerHead) => {
    const etag = head.headers.get('etag') ?? undefined;
    const isSame =
      head.isRest && isRestOf(head, { fromBytes: partial.receivedBytes, sizeBytes, etag: partial.etag });
    if (isSame) return;
    if (!head.isRest) checkAnnounced(head, sizeBytes);
    if (partial.receivedBytes > 0) onProgress?.(0);
    await partial.restart(strong(etag));
    if (head.isRest) throw otherPart(head.url);
  };
  const refuse = async (foundBytes: number) => {
    await partial.restart();
    throw wrongSize(url, foundBytes, sizeBytes);
  };
  const take = (chunk: Uint8Array) => {
    const foundBytes = partial.receivedBytes + chunk.length;
    if (foundBytes > sizeBytes) return refuse(foundBytes);
    onProgress?.(foundBytes);
    return partial.append(chunk);
  };
  const rest = { fromBytes: partial.receivedBytes, etag: partial.etag };
  try {
    await receive(url, transfer, { begin, take }, rest.fromBytes === 0 ? undefined : rest);
  } catch (error) {
    // The file has become shorter than the part that is here.
    if (!(error instanceof NetworkFailure) || error.outlook.status !== 416) throw error;
    await partial.restart();
    throw otherPart(url);
  } finally {
    await partial.flush();
  }
}

type Expected = {
  readonly fromBytes: number;
  readonly sizeBytes: number;
  readonly etag: string | undefined;
};

/** Whether an answer with a part of a file brings the rest that was asked for. */
function isRestOf({ headers }: AnswerHead, { fromBytes, sizeBytes, etag }: Expected): boolean {
  const [, from, to, size] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  const found = headers.get('etag');
  return (
    Number(from) === fromBytes &&
    Number(to) === sizeBytes - 1 &&
    (size === '*' || Number(size) === sizeBytes) &&
    (etag === undefined || found === null || found === etag)
  );
}

/** A weak name may stand for several contents, and is none to go on with. */
function strong(etag: string | undefined): string | undefined {
  return etag?.startsWith('"') === true ? etag : undefined;
}

/** A wrong size is seen before hundreds of megabytes are fetched, where it is announced. */
function checkAnnounced({ headers, url }: AnswerHead, sizeBytes: number): void {
  const announced = headers.get('content-encoding') === null ? headers.get('content-length') : null;
  if (announced === null || Number(announced) === sizeBytes) return;
  throw wrongSize(url, Number(announced), sizeBytes);
}

function wrongSize(url: URL, foundBytes: number, sizeBytes: number): NetworkFailure {
  return new NetworkFailure(
    say`${url.host} sends ${foundBytes} bytes where there should be ${sizeBytes}, so nothing was kept. Try again later.`,
    placeOf(url),
  );
}

function otherPart(url: URL): NetworkFailure {
  return new NetworkFailure(
    say`${url.host} sends another part of the file than was asked for. Try again; the file is fetched anew.`,
    placeOf(url),
    { isTransient: true },
  );
}

function otherContent(url: URL, { kind }: Digest, isTransient: boolean): NetworkFailure {
  const name = kind === 'git' ? 'sha1' : kind;
  return new NetworkFailure(
    say`What came from ${url.host} is not what its index describes (another ${name}), so nothing was kept. Try again later, or over another connection.`,
    placeOf(url),
    { isTransient },
  );
}
