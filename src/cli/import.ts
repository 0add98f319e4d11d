/** import: a checkpoint becomes a model folder. */
import path from 'node:path';
import { UserError } from '../base/userError.ts';
import type { ImportParams, ImportStep } from '../protocol/calls.ts';
import { withEngine, type Command } from './command.ts';

const MEGABYTE = 1e6;

/** Smaller blocks are more exact, larger ones faster. With 8 bits one wants the former. */
export const DEFAULT_BLOCK = { 4: 64, 8: 32, 32: 32 } as const;

export const importCommand: Command = {
  usage:
    '<checkpoint> --out <folder> [--bits 4|8|32] [--block 32|64|128] [--about <file.json>]\n' +
    '--bits: of each weight, 4 if absent; --block: how many weights share a scale, 64 if absent in 4 bits and 32 in 8.\n' +
    '--about: a JSON file with what the manifest is to say of the model.',
  summary:
    'Makes a model folder from a GPT-J or CodeGen checkpoint (config.json with safetensors or PyTorch files).',
  nPositionals: 1,
  options: {
    out: { type: 'string' },
    bits: { type: 'string' },
    block: { type: 'string' },
    about: { type: 'string' },
  },
  run: async (args) => {
    const checkpoint = path.resolve(args.positional(0, 'a checkpoint: its folder, or its one file'));
    const folder = args.text('out');
    if (folder === undefined) throw new UserError('bad-argument', 'Name the folder to make with --out.');
    const bits = args.choice('bits', [4, 8, 32]) ?? 4;
    const about = args.text('about');
    const params: ImportParams = {
      checkpoint,
      out: path.resolve(folder),
      bits,
      block: args.choice('block', [32, 64, 128]) ?? DEFAULT_BLOCK[bits],
      ...(about !== undefined && { about: path.resolve(about) }),
    };
    const startMs = performance.now();
    const bytes = await withEngine((client) =>
      client.call('importModel', params, { signal: interrupted(), onProgress: showProgress() }),
    );
    const seconds = (performance.now() - startMs) / 1000;
    const weightsMB = bytes / MEGABYTE;
    return {
      json: { folder: params.out, weightsMB, seconds },
      text: `${params.out}: ${weightsMB.toFixed(1)} MB in ${seconds.toFixed(1)} s`,
    };
  },
};

/** Ctrl-C cancels, so that the half-made folder is removed; a second one ends the process. */
export function interrupted(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => abort.abort());
  return abort.signal;
}

function showProgress(): (step: ImportStep) => void {
  let shown = -1;
  return ({ tensor, doneShare, leftMs }) => {
    const percent = Math.floor(doneShare * 100);
    if (percent === shown || !process.stderr.isTTY) return;
    shown = percent;
    const left = leftMs === undefined ? '' : `${Math.ceil(leftMs / 1000)} s left  `;
    process.stderr.write(`\r${percent} %  ${left}${tensor}\u001b[K${percent === 100 ? '\n' : ''}`);
  };
}
