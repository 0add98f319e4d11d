/**
 * The graph whose cache stays on the device. GroupQueryAttention rotates, attends and writes the new rows into the
 * cache in place: the same buffer goes in as past and comes out as present. Over the bus go ids and logits only.
 *
 * Source of the operator: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
import { say, type Sentence } from '../../base/sentence.ts';
import { headDimOf, type Architecture } from '../../model/architecture.ts';
import { Graph, type FloatType, type Value } from '../../onnx/graph.ts';
import { writeGptj, type Attention } from './gptjGraph.ts';
import { graphNames } from './names.ts';
import * as op from './operators.ts';
import { rotaryTables } from './rotary.ts';
import type { Weights } from './weights.ts';

/** Inputs that only this graph has. */
export const deviceNames = {
  /** int32 `[1]`: index of the last new token. */
  lastPosition: 'lastPosition',
  /** int32 `[1]`: tokens, old and new. */
  totalTokens: 'totalTokens',
  /** The cache again, with the new rows in it: the buffers that went in. */
  presentKeys: (layerIndex: number) => `present.${layerIndex}.keys`,
  presentValues: (layerIndex: number) => `present.${layerIndex}.values`,
} as const;

/** GroupQueryAttention takes pairs to rotate, and numbers of a head, only in multiples of this. */
const PAIRS_MULTIPLE = 8;
const HEAD_MULTIPLE = 8;

/** Why attention cannot run on the device, or undefined. */
export function shapeProblem(architecture: Architecture): Sentence | undefined {
  const headDim = headDimOf(architecture);
  const nPairs = Math.ceil(architecture.rotaryDim / 2 / PAIRS_MULTIPLE) * PAIRS_MULTIPLE;
  return headDim % HEAD_MULTIPLE === 0 && nPairs <= headDim / 2
    ? undefined
    : say`The GPU cannot run attention heads of ${headDim} numbers of which ${architecture.rotaryDim} are rotated.`;
}

/** Keys and values of a layer: `[1, nHeads, capacity, headDim]`. */
export function cacheShape({ nHeads, ...rest }: Architecture, capacity: number): readonly number[] {
  return [1, nHeads, capacity, headDimOf({ nHeads, ...rest })];
}

/** @param weights their float type is that of the activations and of the cache */
export function buildDeviceGraph(architecture: Architecture, weights: Weights, nKnownIds: number): Graph {
  const graph = new Graph();
  const attention = deviceAttention(graph, architecture, weights.float);
  writeGptj(graph, { architecture, weights, attention, nKnownIds });
  return graph;
}

function deviceAttention(top: Graph, architecture: Architecture, float: FloatType): Attention {
  const { nHeads, hidden, inner } = architecture;
  const headDim = headDimOf(architecture);
  const { cos, sin } = rotaryTables(top, architecture, { float, pairsMultipleOf: PAIRS_MULTIPLE });
  const lastPosition = top.input(deviceNames.lastPosition, 'int32', [1]);
  const totalTokens = top.input(deviceNames.totalTokens, 'int32', [1]);

  return (graph, wide, layerIndex) => {
    const info = { type: float, shape: [1, nHeads, 'capacity', headDim] } as const;
    const pastKeys = graph.input(graphNames.pastKeys(layerIndex), info.type, info.shape);
    const pastValues = graph.input(graphNames.pastValues(layerIndex), info.type, info.shape);
    const [queryKeyValue, fc] = op.splitAt(graph, wide, 2, [3 * hidden, inner]) as [Value, Value];
    const [attended, keys, values] = graph.nodes(
      'GroupQueryAttention',
      [queryKeyValue, undefined, undefined, pastKeys, pastValues, lastPosition, totalTokens, cos, sin],
      3,
      {
        domain: 'com.microsoft',
        attributes: { num_heads: nHeads, kv_num_heads: nHeads, do_rotary: 1, rotary_interleaved: 1 },
      },
    ) as [Value, Value, Value];
    graph.output(deviceNames.presentKeys(layerIndex), keys, info);
    graph.output(deviceNames.presentValues(layerIndex), values, info);
    return { attended, fc };
  };
}
