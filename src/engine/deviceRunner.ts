/** Runs a model whose cache stays on the device. */
import { assert, present } from '../base/assert.ts';
import type { Architecture } from '../model/architecture.ts';
import { UserError } from '../base/userError.ts';
import { DeviceBuffers } from '../onnx/deviceBuffers.ts';
import type { FloatType } from '../onnx/graph.ts';
import { supportsFloat16 } from '../onnx/providers.ts';
import { OnnxSession, type DeviceTensor, type Feed } from '../onnx/session.ts';
import { DeviceCache } from './deviceCache.ts';
import { buildDeviceGraph, deviceNames, shapeProblem } from './graph/deviceGraph.ts';
import { graphNames } from './graph/names.ts';
import type { KvCache } from './kvCache.ts';
import { int32s, logitsOf, type Logits, type ModelSource, type Runner, type WantedRows } from './runner.ts';

const BYTES: Record<FloatType, number> = { float32: 4, float16: 2 };

export class DeviceRunner implements Runner {
  readonly cacheBytesPerToken: number;
  readonly #architecture: Architecture;
  readonly #session: OnnxSession;
  readonly #buffers: DeviceBuffers;

  private constructor(
    architecture: Architecture,
    parts: { session: OnnxSession; buffers: DeviceBuffers; float: FloatType },
  ) {
    const { nLayers, hidden } = architecture;
    this.#architecture = architecture;
    this.#session = parts.session;
    this.#buffers = parts.buffers;
    this.cacheBytesPerToken = 2 * nLayers * hidden * BYTES[parts.float];
  }

  static async load(
    { manifest: { architecture, tensors }, weightsFolder, nKnownIds }: ModelSource,
    options: { nThreads: number; float?: FloatType; profilePrefix?: string },
  ): Promise<DeviceRunner> {
    checkShape(architecture);
    const { float = (await supportsFloat16('webgpu')) ? 'float16' : 'float32', ...rest } = options;
    const graph = buildDeviceGraph(architecture, { tensors, float }, nKnownIds);
    const buffers = await DeviceBuffers.load('webgpu', float);
    try {
      const session = await OnnxSession.load(graph, { weightsFolder, provider: 'webgpu', ...rest });
      return new DeviceRunner(architecture, { session, buffers, float });
    } catch (error) {
      await buffers.close();
      throw error;
    }
  }

  newCache(): KvCache {
    return new DeviceCache(this.#architecture, this.#buffers, this.cacheBytesPerToken);
  }

  async forward(cache: KvCache, ids: readonly number[], wanted: WantedRows): Promise<Logits> {
    assert(cache instanceof DeviceCache, 'a cache of this runner');
    await cache.makeRoom(ids.length);
    const rows = wanted === 'last' ? [ids.length - 1] : [...ids.keys()];
    const total = cache.length + ids.length;
    const feeds: Record<string, Feed | DeviceTensor> = {
      [graphNames.ids]: { data: int32s(ids), shape: [1, ids.length] },
      [graphNames.rows]: { data: int32s(rows), shape: [rows.length] },
      [deviceNames.lastPosition]: { data: int32s([total - 1]), shape: [1] },
      [deviceNames.totalTokens]: { data: int32s([total]), shape: [1] },
    };
    const bound: Record<string, DeviceTensor> = {};
    for (let layerIndex = 0; layerIndex < this.#architecture.nLayers; layerIndex++) {
      const keys = present(cache.tensors[2 * layerIndex], 'keys');
      const values = present(cache.tensors[2 * layerIndex + 1], 'values');
      feeds[graphNames.pastKeys(layerIndex)] = bound[deviceNames.presentKeys(layerIndex)] = keys;
      feeds[graphNames.pastValues(layerIndex)] = bound[deviceNames.presentValues(layerIndex)] = values;
    }
    const outputs = await this.#session.run(feeds, bound);
    cache.append(ids);
    return logitsOf(outputs);
  }

  async close(): Promise<void> {
    await this.#session.close();
    await this.#buffers.close();
  }
}

function checkShape(architecture: Architecture): void {
  const problem = shapeProblem(architecture);
  if (problem !== undefined) throw new UserError('device', problem);
}
