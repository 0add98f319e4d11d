/**
 * A large file from a hub on loopback, by curl, which checks nothing, and by the extension's own download with its check,
 * in turns, each in a process of its own; what sha256sum takes for that check; and how fast a file that lies here already
 * is checked. Prints one JSON object. `--folder` says where to: a folder in memory leaves the disk out.
 */
import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { median } from '../../src/base/median.ts';
import { HubServer, sha256 } from '../support/hubServer.ts';
import type { Fetched } from './downloadOnce.ts';

const MB = 1e6;
const NAME = 'model.safetensors';
const ONCE = path.join(import.meta.dirname, 'downloadOnce.ts');
const TYPESCRIPT = path.join(import.meta.dirname, '../../scripts/project/typescript.mjs');

const run = promisify(execFile);

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: tmpdir() },
    megabytes: { type: 'string', default: '512' },
    runs: { type: 'string', default: '7' },
  },
});

async function measure(folder: string): Promise<Record<string, unknown>> {
  const content = randomFillSync(Buffer.alloc(Number(values.megabytes) * MB));
  const server = await HubServer.start();
  server.files.set(NAME, content);
  const url = `${server.storeOrigin}/large/${NAME}`;
  const sizeMB = content.length / MB;
  const runs: (Fetched & { readonly curlSeconds: number; readonly sha256sumSeconds: number })[] = [];
  for (let time = 0; time < Number(values.runs); time++) {
    const curlSeconds = await curl(url, path.join(folder, 'curl'));
    const sha256sumSeconds = await secondsOf('sha256sum', path.join(folder, 'curl'));
    const args = [url, String(content.length), sha256(content), path.join(folder, NAME)];
    const { stdout } = await run(process.execPath, ['--import', TYPESCRIPT, ONCE, ...args]);
    runs.push({ curlSeconds, sha256sumSeconds, ...(JSON.parse(stdout) as Fetched) });
    for (const name of ['curl', NAME]) await rm(path.join(folder, name));
  }
  await server.stop();
  return {
    curlMBs: sizeMB / median(runs.map(({ curlSeconds }) => curlSeconds)),
    downloadMBs: sizeMB / median(runs.map(({ seconds }) => seconds)),
    overCurl: median(runs.map(({ curlSeconds, seconds }) => curlSeconds / seconds)),
    overCurlAndCheck: median(
      runs.map(({ curlSeconds, sha256sumSeconds, seconds }) => (curlSeconds + sha256sumSeconds) / seconds),
    ),
    checkMBs: sizeMB / median(runs.map(({ checkSeconds }) => checkSeconds)),
    longestStallMs: median(runs.map(({ longestStallMs }) => longestStallMs)),
    runs,
  };
}

/** Its own time, without that of starting it. */
async function curl(url: string, file: string): Promise<number> {
  const { stdout } = await run('curl', [
    '--silent',
    '--fail',
    '--output',
    file,
    '--write-out',
    '%{time_total}',
    url,
  ]);
  return Number(stdout);
}

async function secondsOf(program: string, ...args: string[]): Promise<number> {
  const startMs = performance.now();
  await run(program, args);
  return (performance.now() - startMs) / 1000;
}

const folder = await mkdtemp(path.join(values.folder, 'gptj-bench-'));
try {
  process.stdout.write(`${JSON.stringify(await measure(folder))}\n`);
} finally {
  await rm(folder, { recursive: true });
}
