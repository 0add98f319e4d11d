/** A model folder that is ready to run on some device. One `forward` is one native call. */
import { say } from '../base/sentence.ts';
import { messageOf, UserError } from '../base/userError.ts';
import type { Architecture } from '../model/architecture.ts';
import type { Device } from '../model/device.ts';
import type { Manifest } from '../model/manifest.ts';
import { readManifest } from '../model/modelFolder.ts';
import { OnnxSession, type Provider } from '../onnx/session.ts';
import { deviceFailure } from './devices/deviceFailure.ts';
import { Tokenizer } from '../tokenizer/tokenizer.ts';
import { DeviceRunner } from './deviceRunner.ts';
import { buildHostGraph } from './graph/hostGraph.ts';
import { HostRunner } from './hostRunner.ts';
import type { KvCache } from './kvCache.ts';
import type { Logits, ModelSource, Runner, WantedRows } from './runner.ts';

/** The runtime's names of the devices. */
export const PROVIDERS: Readonly<Record<Device, Provider>> = {
  ...{ webgpu: 'webgpu', cuda: 'cuda', directml: 'dml', cpu: 'cpu' },
};

export type ModelOptions = {
  readonly nThreads: number;
  readonly device?: Device;
  /** Only the first layers: for measurements. */
  readonly nLayers?: number;
  readonly profilePrefix?: string;
};

export class Model {
  readonly manifest: Manifest;
  readonly tokenizer: Tokenizer;
  readonly device: Device;
  /** Ids that may be generated lie below this: the model has a row for them and the tokenizer a text. */
  readonly nKnownIds: number;
  readonly #runner: Runner;

  private constructor(parts: { manifest: Manifest; tokenizer: Tokenizer; device: Device; runner: Runner }) {
    this.manifest = parts.manifest;
    this.tokenizer = parts.tokenizer;
    this.device = parts.device;
    this.nKnownIds = countKnownIds(parts.manifest, parts.tokenizer);
    this.#runner = parts.runner;
  }

  static async load(folder: string, options: ModelOptions): Promise<Model> {
    const { device = 'cpu', nLayers, ...rest } = options;
    const manifest = firstLayers(await readManifest(folder), nLayers);
    const tokenizer = new Tokenizer(manifest.tokenizer);
    const source = { manifest, weightsFolder: folder, nKnownIds: countKnownIds(manifest, tokenizer) };
    try {
      const runner =
        device === 'webgpu'
          ? await DeviceRunner.load(source, rest)
          : await loadHostRunner(source, { device, ...rest });
      return new Model({ manifest, tokenizer, device, runner });
    } catch (error) {
      if (error instanceof UserError) throw error;
      if (device !== 'cpu') throw deviceFailure(messageOf(error));
      // A link in place of the weights, for one: the runtime reads nothing from outside the folder.
      const sentence = say`The runtime refuses the model in ${folder}. Import it again.`;
      throw new UserError('bad-model', sentence, messageOf(error));
    }
  }

  get architecture(): Architecture {
    return this.manifest.architecture;
  }

  get cacheBytesPerToken(): number {
    return this.#runner.cacheBytesPerToken;
  }

  newCache(): KvCache {
    return this.#runner.newCache();
  }

  /**
   * Runs `ids` on top of what `cache` holds, and adds their rows to it. Returns the logits of the last of them,
   * or of all.
   */
  async forward(cache: KvCache, ids: readonly number[], wanted: WantedRows = 'last'): Promise<Logits> {
    return this.#runner.forward(cache, ids, wanted);
  }

  async close(): Promise<void> {
    await this.#runner.close();
  }
}

async function loadHostRunner(
  { manifest: { architecture, tensors }, weightsFolder, nKnownIds }: ModelSource,
  options: { device: Device; nThreads: number; profilePrefix?: string },
): Promise<Runner> {
  const graph = buildHostGraph(architecture, tensors, nKnownIds);
  const { device, ...rest } = options;
  const session = await OnnxSession.load(graph, { weightsFolder, provider: PROVIDERS[device], ...rest });
  return new HostRunner(architecture, session);
}

function firstLayers(manifest: Manifest, nLayers = manifest.architecture.nLayers): Manifest {
  const { architecture } = manifest;
  return {
    ...manifest,
    architecture: { ...architecture, nLayers: Math.min(nLayers, architecture.nLayers) },
  };
}

function countKnownIds({ architecture }: Manifest, { vocabulary }: Tokenizer): number {
  return Math.min(architecture.vocabularySize, vocabulary.size);
}
