/**
 * Makes tensors that stay on the device, and makes them longer. A session that keeps its outputs there is the only way
 * to get such a tensor; any other session can then read it, and write to it.
 */
import { present } from '../base/assert.ts';
import { Graph, type FloatType, type Value } from './graph.ts';
import { OnnxSession, type DeviceTensor, type Provider } from './session.ts';

/** Tensors of zeros of four dimensions, of which the third may grow. */
export class DeviceBuffers {
  readonly #make: OnnxSession;
  readonly #lengthen: OnnxSession;

  private constructor(make: OnnxSession, lengthen: OnnxSession) {
    this.#make = make;
    this.#lengthen = lengthen;
  }

  static async load(provider: Provider, float: FloatType): Promise<DeviceBuffers> {
    const options = { weightsFolder: '', nThreads: 1, provider, keepsOutputs: true };
    const make = await OnnxSession.load(zerosGraph(float), options);
    return new DeviceBuffers(make, await OnnxSession.load(lengtheningGraph(float), options));
  }

  async zeros(shape: readonly number[]): Promise<DeviceTensor> {
    return theOnly(await this.#make.runOnDevice({ shape: shapeFeed(shape) }));
  }

  /** A new tensor: `old`, and behind it zeros of `shape`. */
  async lengthened(old: DeviceTensor, shape: readonly number[]): Promise<DeviceTensor> {
    return theOnly(await this.#lengthen.runOnDevice({ old, shape: shapeFeed(shape) }));
  }

  async close(): Promise<void> {
    await this.#make.close();
    await this.#lengthen.close();
  }
}

function zerosGraph(float: FloatType): Graph {
  const graph = new Graph();
  const shape = graph.input('shape', 'int64', [4]);
  graph.output('zeros', zeros(graph, float, shape), { type: float, shape: ['a', 'b', 'c', 'd'] });
  return graph;
}

function lengtheningGraph(float: FloatType): Graph {
  const graph = new Graph();
  const old = graph.input('old', float, ['a', 'b', 'c', 'd']);
  const shape = graph.input('shape', 'int64', [4]);
  const longer = graph.node('Concat', [old, zeros(graph, float, shape)], { attributes: { axis: 2 } });
  graph.output('longer', longer, { type: float, shape: ['a', 'b', 'e', 'd'] });
  return graph;
}

function zeros(graph: Graph, float: FloatType, shape: Value): Value {
  return graph.node('Expand', [graph.zero('zero', float), shape]);
}

function shapeFeed(shape: readonly number[]) {
  return { data: BigInt64Array.from(shape, BigInt), shape: [shape.length] };
}

function theOnly(outputs: Record<string, DeviceTensor>): DeviceTensor {
  return present(Object.values(outputs)[0], 'the output');
}
