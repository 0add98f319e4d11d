/** One file from the network: written beside its place, checked, and only then given its name. */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { receive, wrongSize, type Transfer } from './connection.ts';
import { diskFailure } from './diskFailure.ts';

export type RemoteFile = {
  readonly url: URL;
  readonly sizeBytes: number;
  /** In base64. */
  readonly sha512: string;
};

export type DownloadOptions = Transfer & { readonly onProgress?: (receivedBytes: number) => void };

export async function downloadFile(
  { url, sizeBytes, sha512 }: RemoteFile,
  file: string,
  options: DownloadOptions = {},
): Promise<void> {
  const partial = `${file}.partial`;
  const hash = createHash('sha512');
  let receivedBytes = 0;
  try {
    const target = await onDisk(file, () => open(partial, 'w'));
    try {
      const keep = async (chunk: Uint8Array) => {
        receivedBytes += chunk.length;
        if (receivedBytes > sizeBytes) throw wrongSize(url, receivedBytes, sizeBytes);
        hash.update(chunk);
        // Not `write`, which may write a part and say so by a number: a disk that is almost full does that.
        await onDisk(file, () => target.writeFile(chunk));
        options.onProgress?.(receivedBytes);
      };
      await receive(url, options, keep, sizeBytes);
      if (receivedBytes !== sizeBytes) throw wrongSize(url, receivedBytes, sizeBytes);
      if (hash.digest('base64') !== sha512) throw otherContent(url);
      await onDisk(file, () => target.sync());
    } finally {
      await target.close();
    }
    await onDisk(file, () => rename(partial, file));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function otherContent(url: URL): UserError {
  return new UserError(
    'network',
    say`What came from ${url.host} is not what its index describes (another sha512), so nothing was kept. Try again later, or over another connection.`,
    url.href,
  );
}

async function onDisk<T>(file: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw diskFailure(error, path.dirname(file));
  }
}
