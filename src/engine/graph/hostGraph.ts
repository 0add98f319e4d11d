/**
 * The graph whose cache lives in JavaScript: for the processor, and for providers that copy every output to it.
 *
 * The graph takes the cache as inputs (no copy on the way in) and returns the new rows only (outputs are copied, so a
 * whole cache must never be one), all of them in one output: each costs the binding some microseconds. Attention has two parts, over the C columns of the cache and over the T new rows,
 * under one softmax; a mask hides the columns that hold nothing yet. Keys lie transposed, head by head, so that both
 * products with the cache read memory in order and take the runtime's kernel for single rows.
 */
import { headDimOf, type Architecture } from '../../model/architecture.ts';
import { Graph, type Value } from '../../onnx/graph.ts';
import { writeGptj, type Attention } from './gptjGraph.ts';
import { graphNames } from './names.ts';
import * as op from './operators.ts';
import { rotaryTables } from './rotary.ts';
import type { TensorTable } from './weights.ts';

/** Inputs that only this graph has. */
export const hostNames = {
  /** int64 `[1, T]` */
  positions: 'positions',
  /** float32 `[1, T, C + T]`: 0 where a row may be looked at, very negative where not. */
  mask: 'mask',
  /** int64 `[2]`: C and T. */
  spans: 'spans',
  /** float32 `[2 nLayers · T, nHeads, headDim]`: the new keys and values, layer by layer, keys first. */
  newRows: 'new.rows',
} as const;

/** Keys in the cache are multiplied by this when they are stored; so no product needs a factor. */
export function keyScaleOf(architecture: Architecture): number {
  return 1 / Math.sqrt(headDimOf(architecture));
}

export function buildHostGraph(architecture: Architecture, tensors: TensorTable, nKnownIds: number): Graph {
  const graph = new Graph();
  const newRows: Value[] = [];
  const attention = hostAttention(graph, architecture, newRows);
  writeGptj(graph, { architecture, weights: { tensors, float: 'float32' }, attention, nKnownIds });
  const shape = ['2 nLayers * T', architecture.nHeads, headDimOf(architecture)];
  graph.output(hostNames.newRows, op.concat(graph.scope('new'), newRows, 0), { type: 'float32', shape });
  return graph;
}

/** @param newRows keys and values of each layer are added here, `[T, nHeads, headDim]` */
function hostAttention(top: Graph, architecture: Architecture, newRows: Value[]): Attention {
  const { nHeads, hidden, inner } = architecture;
  const headDim = headDimOf(architecture);
  const rotary = { ...rotaryTables(top, architecture, { float: 'float32' }), nHeads: 2 * nHeads };
  const positions = top.input(hostNames.positions, 'int64', [1, 'T']);
  const mask = top.input(hostNames.mask, 'float32', [1, 'T', 'C + T']);
  const spans = top.input(hostNames.spans, 'int64', [2]);

  return (graph, wide, layerIndex) => {
    const pastKeys = graph.input(graphNames.pastKeys(layerIndex), 'float32', [nHeads, headDim, 'C']);
    const pastValues = graph.input(graphNames.pastValues(layerIndex), 'float32', [nHeads, 'C', headDim]);
    const [queryKey, value, fc] = op.splitAt(graph, wide, 2, [2 * hidden, hidden, inner]) as [
      Value,
      Value,
      Value,
    ];
    // Queries and keys are rotated together, as 2 nHeads heads.
    const rotated = op.rotate(graph, queryKey, positions, rotary); // [1, T, 2 hidden]
    const [query, key] = op.splitAt(graph, rotated, 2, [hidden, hidden]) as [Value, Value];
    const heads = (x: Value) => op.reshape(graph, x, [-1, nHeads, headDim]); // [T, nHeads, headDim]
    const [q, k, v] = [heads(query), heads(key), heads(value)];

    const overPast = op.headProduct(graph, q, pastKeys, { transposeBatchA: true }); // [nHeads, T, C]
    const overNew = op.headScores(graph, q, k, keyScaleOf(architecture)); // [nHeads, T, T]
    const scores = op.add(graph, op.concat(graph, [overPast, overNew], 2), mask);
    const [pPast, pNew] = graph.split(op.softmax(graph, scores), 2, spans, 2) as [Value, Value];
    const fromPast = op.headProduct(graph, pPast, pastValues, {});
    const fromNew = op.headProduct(graph, pNew, v, { transposeBatchB: true });
    const mixed = op.add(graph, fromPast, fromNew); // [nHeads, T, headDim]

    newRows.push(k, v);
    return { attended: op.reshape(graph, op.transpose(graph, mixed, [1, 0, 2]), [1, -1, hidden]), fc };
  };
}
