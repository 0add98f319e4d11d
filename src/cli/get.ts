/** get: a model from the hub, as "GPT-J: Get a Model…" does it, without its questions. */
import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { spell } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { hubAt } from '../hub/hubHost.ts';
import { ModelDownload, type FetchProgress } from '../hub/modelDownload.ts';
import { parseRepositoryName } from '../hub/repository.ts';
import { roomAt, shortcomings } from '../hub/room.ts';
import type { ImportParams } from '../protocol/calls.ts';
import { withEngine, type Arguments, type Command } from './command.ts';
import { DEFAULT_BLOCK, interrupted } from './import.ts';

const MEGABYTE = 1e6;

export const getCommand: Command = {
  usage:
    '<owner/name[@revision]> --out <folder> [--bits 4|8|32] [--host <url>] [--downloads <folder>] [--keep-source] [--anyway] [--no-import]\n' +
    '--bits: of each weight, 4 if absent; --host: a mirror; --downloads: where the checkpoint goes meanwhile.\n' +
    '--keep-source: it stays there; --anyway: although memory or disk will not do; --no-import: it is fetched, no more.',
  summary:
    'Fetches a GPT-J or CodeGen checkpoint from the hub and imports it. What was begun goes on. HF_TOKEN is sent to the host alone.',
  nPositionals: 1,
  options: {
    out: { type: 'string' },
    bits: { type: 'string' },
    host: { type: 'string' },
    downloads: { type: 'string' },
    'keep-source': { type: 'boolean' },
    anyway: { type: 'boolean' },
    'no-import': { type: 'boolean' },
  },
  run: async (args) => {
    const out = args.text('out');
    if (out === undefined) throw new UserError('bad-argument', 'Name the model folder to make with --out.');
    const hub = hubAt(args.text('host') ?? '', process.env['HF_TOKEN']);
    const name = parseRepositoryName(args.positional(0, 'a repository: owner/name'), hub);
    const downloadsFolder = path.resolve(args.text('downloads') ?? `${out}.downloads`);
    const signal = interrupted();
    const download = await ModelDownload.open(name, { hub, downloadsFolder, signal });
    try {
      const got = await get(download, { args, out: path.resolve(out), signal });
      if (!args.flag('no-import')) await download.finish({ keepSource: args.flag('keep-source') });
      return got;
    } finally {
      await download.close();
      // Made for this download alone, unless another one is left in it.
      await rmdir(downloadsFolder).catch(() => undefined);
    }
  },
};

type Getting = { readonly args: Arguments; readonly out: string; readonly signal: AbortSignal };

async function get(download: ModelDownload, { args, out, signal }: Getting) {
  const bits = args.choice('bits', [4, 8, 32]) ?? 4;
  const name = download.repository.id.split('/')[1] ?? '';
  const params: ImportParams = {
    ...{ checkpoint: download.folder, out, name },
    ...{ bits, block: DEFAULT_BLOCK[bits] },
  };
  return withEngine(async (client) => {
    const size = await client.call('planImport', params);
    const missingBytes = download.sizeBytes - (await download.presentBytes());
    const takes = { missingBytes, ...size };
    const problems = shortcomings(takes, await roomAt(path.dirname(out)));
    if (problems.length > 0 && !args.flag('anyway')) {
      const text = problems.map((problem) => spell(problem)).join(' ');
      throw new UserError('bad-argument', `${text} With --anyway it is fetched all the same.`);
    }
    const startMs = performance.now();
    await download.fetchWeights({ onProgress: showProgress() });
    const seconds = (performance.now() - startMs) / 1000;
    const fetched = { fetchedMB: missingBytes / MEGABYTE, fetchSeconds: seconds };
    if (args.flag('no-import')) {
      return { json: { folder: download.folder, ...fetched }, text: download.folder };
    }
    const bytes = await client.call('importModel', params, { signal });
    return {
      json: { folder: out, commit: download.repository.commit, weightsMB: bytes / MEGABYTE, ...fetched },
      text: `${out}: ${(bytes / MEGABYTE).toFixed(1)} MB of weights, from ${(download.sizeBytes / MEGABYTE).toFixed(1)} MB`,
    };
  });
}

function showProgress(): (progress: FetchProgress) => void {
  let shown = -1;
  return ({ receivedBytes, sizeBytes }) => {
    const percent = Math.floor((100 * receivedBytes) / sizeBytes);
    if (percent === shown || !process.stderr.isTTY) return;
    shown = percent;
    process.stderr.write(`\r${percent} %\u001b[K${percent === 100 ? '\n' : ''}`);
  };
}
