/**
 * bench: how fast a model runs here, through the worker and engine that the editor uses. Every figure is a median;
 * memory bandwidth is measured in the same run, since decoding is bound by it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { median } from '../base/median.ts';
import { seededRandom } from '../base/seededRandom.ts';
import { UserError } from '../base/userError.ts';
import type { EngineClient } from '../client/engineClient.ts';
import { cacheBytesPerToken } from '../model/architecture.ts';
import { GREEDY, type Generated } from '../model/generation.ts';
import { weightsBytes, type Manifest } from '../model/manifest.ts';
import { readManifest } from '../model/modelFolder.ts';
import { tensorNames } from '../model/tensors.ts';
import {
  deviceOf,
  modelFolder,
  MODEL_OPTION,
  RUN_OPTIONS,
  withEngine,
  type Arguments,
  type Command,
} from './command.ts';
import { recordTrace, replayTrace } from './draftBench.ts';
import { SHAPES } from './shapes.ts';

const MEGABYTE = 1e6;
const N_LOADS = 3;
const N_RUNS = 5;

/** Ids of the random prompts: common tokens of any tokenizer of the family. */
const PROMPT_IDS = 1000;

export const benchCommand: Command = {
  usage:
    '[--model <folder> | --shape gptj-6b|codegen-350m|codegen-2b|starter] [--bits n] [--block n] [--prompt n] [--generate n] [--device d] [--bandwidth GB/s] [--replay <trace.json>]\n' +
    '--trace <out.json> [--places n] [--model <folder>] [--device d] <files…>\n' +
    '--trace records how much of the answers in these files could be drafted; --replay plays that on a model.',
  nPositionals: Infinity,
  summary: 'Measures load, prefill, decode and memory; a --shape has synthetic weights.',
  options: {
    ...MODEL_OPTION,
    ...RUN_OPTIONS,
    bandwidth: { type: 'string' },
    shape: { type: 'string' },
    bits: { type: 'string' },
    block: { type: 'string' },
    prompt: { type: 'string' },
    generate: { type: 'string' },
    replay: { type: 'string' },
    trace: { type: 'string' },
    places: { type: 'string' },
  },
  run: async (args) => {
    const trace = args.text('trace');
    if (trace !== undefined) return recordTrace(args, trace);
    if (args.positionals[0] !== undefined)
      throw new UserError('bad-argument', `"${args.positionals[0]}" is for --trace. See --help.`);
    const shape = args.text('shape');
    const temp = await mkdtemp(path.join(os.tmpdir(), 'gptj-bench-'));
    try {
      const folder = shape === undefined ? modelFolder(args) : path.join(temp, 'model');
      if (shape !== undefined) await writeShape(shape, folder, args);
      const replay = args.text('replay');
      if (replay !== undefined) return await replayTrace(args, folder, replay);
      return report(await measure(folder, temp, args));
    } finally {
      await rm(temp, { recursive: true, force: true });
    }
  },
};

type Measured = {
  readonly loadMs: number;
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  readonly weightsMB: number;
  readonly residentMB: number;
  readonly peakMB: number;
  readonly bandwidthGBs: number;
  readonly decodeOverBandwidth: number;
};

async function writeShape(shape: string, out: string, args: Arguments): Promise<void> {
  const architecture = Object.hasOwn(SHAPES, shape) ? SHAPES[shape] : undefined;
  if (architecture === undefined) {
    throw new UserError(
      'bad-argument',
      `There is no shape "${shape}"; there are ${Object.keys(SHAPES).join(', ')}.`,
    );
  }
  const bits = args.choice('bits', [4, 8, 32]) ?? 4;
  const block = args.choice('block', [32, 64, 128]) ?? 128;
  await withEngine((client) =>
    client.call('writeSyntheticModel', { out, name: shape, architecture, bits, block }),
  );
}

/** @param stateFolder so that a device is compared with the processor once, and not in every load that is timed */
async function measure(folder: string, stateFolder: string, args: Arguments): Promise<Measured> {
  const manifest = await readManifest(folder);
  const { nPositions } = manifest.architecture;
  const nThreads = args.whole('threads', { min: 0, max: 64 }) ?? 0;
  const nPrompt = args.whole('prompt', { min: 2, max: nPositions - 2 }) ?? Math.min(256, nPositions >> 1);
  const nGenerated =
    args.whole('generate', { min: 2, max: nPositions - nPrompt }) ?? Math.min(64, nPositions - nPrompt);

  const device = deviceOf(args);
  if (device !== 'cpu' && args.text('bandwidth') === undefined) {
    throw new UserError(
      'bad-argument',
      'Name the memory bandwidth of the device, in GB/s, with --bandwidth.',
    );
  }
  return withEngine(async (client) => {
    const load = async () => {
      const options = { modelFolder: folder, nThreads, device, ...(device !== 'cpu' && { stateFolder }) };
      const { loadMs, notice } = await client.call('load', options);
      // Figures of the processor under the name of another device would be worse than none.
      if (notice !== undefined) throw new UserError('device', notice);
      return loadMs;
    };
    const loads = [await load()];
    await generate(client, 2, 1, 0);
    const residentMB = process.memoryUsage.rss() / MEGABYTE;
    await generate(client, nPrompt, nGenerated, 0);
    // Before models are loaded again and the bandwidth is measured, which takes memory of its own.
    const peakMB = (process.resourceUsage().maxRSS * 1024) / MEGABYTE;
    while (loads.length < N_LOADS) loads.push(await load());

    const bytesPerToken = bytesReadPerToken(manifest, nPrompt + nGenerated / 2);
    const given = args.number('bandwidth', { min: 1, max: 100_000 });
    const bandwidthOf = async () =>
      given !== undefined
        ? given * 1e9
        : client.call('measureBandwidth', { nThreads: nThreads || os.availableParallelism() });
    const runs: Run[] = [];
    for (let seed = 1; seed <= N_RUNS; seed++) {
      const before = await bandwidthOf();
      const { ms, recomputedTokens } = await generate(client, nPrompt, nGenerated, seed);
      const bandwidth = (before + (await bandwidthOf())) / 2;
      // The first token comes from the prompt's logits; each further one is one step.
      const secondsPerToken = ms.decode / 1000 / (nGenerated - 1);
      runs.push({
        ...{ bandwidth, secondsPerToken, prefillTokensPerSecond: (recomputedTokens / ms.prefill) * 1000 },
        overBandwidth: secondsPerToken / (bytesPerToken / bandwidth),
      });
    }
    return {
      loadMs: median(loads),
      prefillTokensPerSecond: median(runs.map((run) => run.prefillTokensPerSecond)),
      decodeTokensPerSecond: 1 / median(runs.map((run) => run.secondsPerToken)),
      weightsMB: weightsBytes(manifest) / MEGABYTE,
      residentMB,
      peakMB,
      bandwidthGBs: median(runs.map((run) => run.bandwidth)) / 1e9,
      decodeOverBandwidth: median(runs.map((run) => run.overBandwidth)),
    };
  });
}

/** One generation, and what the memory gave just before and after it: a busy machine slows both. */
type Run = {
  readonly bandwidth: number;
  readonly secondsPerToken: number;
  readonly prefillTokensPerSecond: number;
  readonly overBandwidth: number;
};

/** A random prompt, another for every seed, so that no cache helps. */
async function generate(
  client: EngineClient,
  nPrompt: number,
  maxTokens: number,
  seed: number,
): Promise<Generated> {
  const random = seededRandom(seed);
  const ids = Array.from({ length: nPrompt }, () => Math.floor(random() * PROMPT_IDS));
  const prompt = { kind: 'ids', ids } as const;
  return client.call('generate', {
    prompt,
    maxTokens,
    sampling: GREEDY,
    stop: [],
    priority: 'task',
    ignoreEndOfText: true,
    // Random weights go in circles, which drafts foresee: each step is to be paid for.
    drafting: false,
  });
}

/** All weights but the embedding, of which one row is read, and the keys and values of the text so far. */
function bytesReadPerToken({ architecture, tensors }: Manifest, nContext: number): number {
  const weights = Object.entries(tensors)
    .filter(([name]) => name !== tensorNames.embedding)
    .reduce((sum, [, { valuesBytes, scalesBytes }]) => sum + valuesBytes + scalesBytes, 0);
  return weights + cacheBytesPerToken(architecture) * nContext;
}

function report(measured: Measured): { json: Measured; text: string } {
  const rows = Object.entries(measured).map(
    ([name, value]) => `${name.padEnd(24)}${value.toFixed(2).padStart(12)}`,
  );
  return { json: measured, text: rows.join('\n') };
}
