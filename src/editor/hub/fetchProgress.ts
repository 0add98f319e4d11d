/** A download in a notification: how much, how fast, how long still, and a way to end it. */
import * as vscode from 'vscode';
import type { NetworkFailure } from '../../hub/networkFailure.ts';
import type { FetchProgress } from '../../hub/modelDownload.ts';
import { signalOf } from '../cancellation.ts';
import { inWords } from '../sentences.ts';
import { sizeOf } from '../models/sizes.ts';

/** A notification that changes more often cannot be read. */
const SHOWN_EVERY_MS = 500;
/** Before, nobody can say how long it takes. */
const TELLS_AFTER_MS = 3_000;

export type Reports = {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FetchProgress) => void;
  readonly onWait: (ms: number, failure: NetworkFailure) => void;
};

export async function withFetchProgress<T>(
  title: string,
  signal: AbortSignal,
  run: (reports: Reports) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, token) => {
    let shownShare = 0;
    let shownMs = 0;
    let first: { readonly bytes: number; readonly atMs: number } | undefined;
    const onProgress = ({ receivedBytes, sizeBytes }: FetchProgress) => {
      const nowMs = performance.now();
      first ??= { bytes: receivedBytes, atMs: nowMs };
      if (nowMs - shownMs < SHOWN_EVERY_MS && receivedBytes < sizeBytes) return;
      shownMs = nowMs;
      const share = receivedBytes / sizeBytes;
      const rate = (receivedBytes - first.bytes) / (nowMs - first.atMs);
      const leftMs =
        nowMs - first.atMs > TELLS_AFTER_MS && rate > 0 ? (sizeBytes - receivedBytes) / rate : undefined;
      progress.report({
        increment: Math.max(0, 100 * (share - shownShare)),
        message: [
          vscode.l10n.t('{0} of {1}', sizeOf(receivedBytes), sizeOf(sizeBytes)),
          ...(leftMs === undefined ? [] : [timeLeft(leftMs)]),
        ].join(', '),
      });
      shownShare = Math.max(shownShare, share);
    };
    const onWait = (ms: number, failure: NetworkFailure) =>
      progress.report({
        message: vscode.l10n.t(
          '{0} In {1} s it is tried again.',
          inWords(failure.sentence),
          Math.ceil(ms / 1000),
        ),
      });
    return run({ signal: AbortSignal.any([signal, signalOf(token)]), onProgress, onWait });
  });
}

function timeLeft(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1000);
  return seconds < 100
    ? vscode.l10n.t('{0} s left', seconds)
    : vscode.l10n.t('{0} min left', Math.round(seconds / 60));
}
