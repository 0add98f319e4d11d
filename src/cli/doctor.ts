/** doctor: what there is to work with. */
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { messageOf } from '../base/userError.ts';
import { precisionLabel, weightsBytes } from '../model/manifest.ts';
import { readManifest } from '../model/modelFolder.ts';
import type { ProviderProbe } from '../protocol/calls.ts';
import { MODEL_OPTION, starterFolder, withEngine, type Command } from './command.ts';

const GIGABYTE = 1e9;

type FoundModel = {
  readonly folder: string;
  readonly name?: string;
  readonly precision?: string;
  readonly weightsMB?: number;
  readonly problem?: string;
};

export const doctorCommand: Command = {
  usage: '[--model <folder>]',
  summary: 'Prints versions, processors, memory, execution providers that start, and models.',
  options: { ...MODEL_OPTION },
  run: async (args) => {
    const version = (await import('../../package.json')).version;
    const providers = await withEngine((client) => client.call('probeProviders', undefined)).catch(
      (error: unknown): ProviderProbe[] => [{ name: 'cpu', problem: messageOf(error) }],
    );
    const extra = args.text('model');
    const models = await findModels([
      ...(await foldersIn(path.dirname(starterFolder()))),
      ...(extra === undefined ? [] : [extra]),
    ]);
    const processors = { model: os.cpus()[0]?.model.trim() ?? 'unknown', count: os.availableParallelism() };
    const memoryGB = { total: os.totalmem() / GIGABYTE, free: os.freemem() / GIGABYTE };
    const versions = {
      gptjCode: version,
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    };
    const text = [
      `GPT-J Code ${version}, Node ${versions.node}, ${versions.platform}`,
      `${processors.count} processors (${processors.model}), ${memoryGB.free.toFixed(1)} of ${memoryGB.total.toFixed(1)} GB memory free`,
      ...providers.map(
        ({ name, problem }) =>
          `provider ${name}: ${problem === undefined ? 'starts' : `does not start (${problem})`}`,
      ),
      ...models.map(describe),
    ].join('\n');
    // The model that was named is what the question was.
    const isFailure = models.some(({ folder, problem }) => folder === extra && problem !== undefined);
    return { json: { versions, processors, memoryGB, providers, models }, text, isFailure };
  },
};

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folder, name));
}

async function findModels(folders: readonly string[]): Promise<FoundModel[]> {
  return Promise.all(
    folders.map(async (folder) => {
      try {
        const manifest = await readManifest(folder);
        return {
          folder,
          name: manifest.name,
          precision: precisionLabel(manifest),
          weightsMB: weightsBytes(manifest) / 1e6,
        };
      } catch (error) {
        return { folder, problem: messageOf(error) };
      }
    }),
  );
}

function describe({ folder, name, precision, weightsMB, problem }: FoundModel): string {
  return problem === undefined
    ? `model ${name ?? ''}: ${precision ?? ''}, ${(weightsMB ?? 0).toFixed(0)} MB, ${folder}`
    : `model in ${folder}: ${problem}`;
}
