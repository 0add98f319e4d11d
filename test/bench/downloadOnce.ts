// One download, as a process of its own: `downloadOnce.ts <url> <bytes> <sha256> <file>` prints what it took as JSON.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { downloadFile, type RemoteFile } from '../../src/hub/download.ts';
import { PartialFile } from '../../src/hub/partialFile.ts';

export type Fetched = {
  /** Until the file has been checked, is on disk and has its name. */
  readonly seconds: number;
  /** Of the whole file as a part that was here already. */
  readonly checkSeconds: number;
  /** Longest time for which the thread did nothing else. */
  readonly longestStallMs: number;
};

const [url = '', sizeBytes = '', sha256 = '', file = ''] = process.argv.slice(2);
const remote: RemoteFile = {
  ...{ url: new URL(url), sizeBytes: Number(sizeBytes) },
  digest: { kind: 'sha256', hex: sha256 },
};

/** As the next process does with a file that is there. */
async function check(): Promise<void> {
  const partial = await PartialFile.open(file, remote);
  await partial.finish();
  await partial.close();
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
}

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const seconds = await secondsOf(() => downloadFile(remote, file));
delay.disable();
const longestStallMs = delay.max / 1e6;

const checkSeconds = await secondsOf(check);
process.stdout.write(JSON.stringify({ seconds, checkSeconds, longestStallMs } satisfies Fetched));
