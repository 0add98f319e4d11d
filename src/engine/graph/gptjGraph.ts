/**
 * GPT-J as an ONNX graph for the CPU, written from the manifest each time a model is loaded.
 *
 *   ids ─ embedding ─ block x nLayers ─ rows asked for ─ norm ─ head ─ logits
 *
 *   block:  n = norm(x);  x + attention(n) + mlp(n)            (both read the same n)
 *           [q|k|v|fc] = n · inputsᵀ                           one product
 *           x + [attention(q,k,v) | gelu(fc)] · outputsᵀ       one product
 *
 * T new tokens are run on top of S cached rows. The cache lives outside, token-major: the graph takes it as
 * inputs (no copy on the way in) and returns the new rows only (outputs are copied, so a whole cache must never
 * be one). Attention therefore has two parts, over the cache and over the new rows, under one softmax.
 * The cache is never empty: its first row is a dummy that the mask hides.
 */
import { headDimOf, type Architecture } from '../../model/architecture.ts';
import { tensorNames } from '../../model/tensors.ts';
import { Graph, type Value } from '../../onnx/graph.ts';
import * as op from './operators.ts';
import { linear, lookUp, matrix, vector, type TensorTable } from './weights.ts';

const ROTARY_BASE = 10_000;

/** Names of the graph's inputs and outputs, for whoever runs it. */
export const graphNames = {
  /** int64 `[T]` */
  ids: 'ids',
  /** int64 `[1, T]` */
  positions: 'positions',
  /** float32 `[1, T, S + T]`: 0 where a row may be looked at, very negative where not. */
  mask: 'mask',
  /** int64 `[2]`: S and T. */
  spans: 'spans',
  /** int64 `[R]`: rows, of the T, whose logits are wanted. */
  rows: 'rows',
  /** float32 `[R, vocabularySize]` */
  logits: 'logits',
  /** float32 `[R]`: ln of the sum of e^logit over the known ids. */
  logSumExp: 'logSumExp',
  /** float32 `[S, nHeads, headDim]` */
  pastKeys: (layerIndex: number) => `past.${layerIndex}.keys`,
  pastValues: (layerIndex: number) => `past.${layerIndex}.values`,
  /** float32 `[T, nHeads, headDim]` */
  newKeys: (layerIndex: number) => `new.${layerIndex}.keys`,
  newValues: (layerIndex: number) => `new.${layerIndex}.values`,
};

type Context = {
  readonly architecture: Architecture;
  readonly tensors: TensorTable;
  readonly mask: Value;
  readonly spans: Value;
  readonly rotary: op.Rotary;
};

/** @param nKnownIds ids from here on have no text: they are never chosen */
export function buildGptjGraph(architecture: Architecture, tensors: TensorTable, nKnownIds: number): Graph {
  const graph = new Graph();
  const ids = graph.input(graphNames.ids, 'int64', ['T']);
  const context: Context = {
    architecture,
    tensors,
    rotary: rotaryOf(graph, architecture),
    mask: graph.input(graphNames.mask, 'float32', [1, 'T', 'S + T']),
    spans: graph.input(graphNames.spans, 'int64', [2]),
  };
  const rows = graph.input(graphNames.rows, 'int64', ['R']);

  let x = lookUp(graph.scope('embedding'), matrix(graph, tensors, tensorNames.embedding, 'table'), ids); // [T, hidden]
  for (let layerIndex = 0; layerIndex < architecture.nLayers; layerIndex++) {
    x = block(graph.scope(`layers.${layerIndex}`), x, layerIndex, context);
  }
  const asked = op.gather(graph.scope('rows'), x, rows); // [R, hidden]
  const n = op.layerNorm(
    graph.scope('norm'),
    asked,
    finalNorm(graph, tensors),
    architecture.layerNormEpsilon,
  );
  const head = matrix(graph, tensors, tensorNames.head, 'product');
  const logits = linear(graph.scope('head'), n, head, vector(graph, tensors, tensorNames.headBias));
  // Over the ids that may be chosen; the runtime does this twenty times faster than a loop in JavaScript.
  const known = op.firstColumns(graph.scope('known'), logits, nKnownIds);
  const logSumExp = graph.node('ReduceLogSumExp', [known, graph.int64s('axes', [1])], {
    attributes: { keepdims: 0 },
  });
  graph.output(graphNames.logSumExp, logSumExp, { type: 'float32', shape: ['R'] });
  graph.output(graphNames.logits, logits, { type: 'float32', shape: ['R', architecture.vocabularySize] });
  return graph;
}

/** One GPT-J block: x + attention(norm(x)) + mlp(norm(x)). x: `[T, hidden]`. */
function block(graph: Graph, x: Value, layerIndex: number, context: Context): Value {
  const { architecture, tensors } = context;
  const { hidden, inner, layerNormEpsilon } = architecture;
  const names = tensorNames.layer(layerIndex);
  const norm = {
    weight: vector(graph, tensors, names.normWeight),
    bias: vector(graph, tensors, names.normBias),
  };
  const inputs = matrix(graph, tensors, names.inputs, 'product');
  const outputs = matrix(graph, tensors, names.outputs, 'product');

  const n = op.layerNorm(graph.scope('norm'), x, norm, layerNormEpsilon);
  const wide = linear(graph.scope('inputs'), n, inputs, vector(graph, tensors, names.inputsBias)); // [T, 3 hidden + inner]
  const [queryKey, v, fc] = op.splitAt(graph, wide, 1, [2 * hidden, hidden, inner]) as [Value, Value, Value];
  const attended = attention(graph.scope('attention'), { queryKey, v, layerIndex }, context); // [T, hidden]
  const both = op.concat(graph, [attended, op.gelu(graph.scope('mlp'), fc)], 1); // [T, hidden + inner]
  const change = linear(graph.scope('outputs'), both, outputs, vector(graph, tensors, names.outputsBias));
  return op.add(graph, x, change);
}

type AttentionInputs = {
  /** `[T, 2 hidden]`, not yet rotated */
  readonly queryKey: Value;
  /** `[T, hidden]` */
  readonly v: Value;
  readonly layerIndex: number;
};

function attention(graph: Graph, inputs: AttentionInputs, context: Context): Value {
  const { architecture, mask, spans, rotary } = context;
  const { nHeads, hidden } = architecture;
  const headDim = headDimOf(architecture);
  const cacheInfo = { type: 'float32', shape: ['S', nHeads, headDim] } as const;
  const newInfo = { type: 'float32', shape: ['T', nHeads, headDim] } as const;
  const pastKeys = graph.input(graphNames.pastKeys(inputs.layerIndex), cacheInfo.type, cacheInfo.shape);
  const pastValues = graph.input(graphNames.pastValues(inputs.layerIndex), cacheInfo.type, cacheInfo.shape);

  // Queries and keys are rotated together, as 2 nHeads heads.
  const rotated = op.rotate(graph, op.reshape(graph, inputs.queryKey, [1, -1, 2 * hidden]), rotary);
  const [query, key] = op.splitAt(graph, rotated, 2, [hidden, hidden]) as [Value, Value];
  const heads = (x: Value) => op.reshape(graph, x, [-1, nHeads, headDim]); // [T, nHeads, headDim]
  const q = heads(op.scale(graph, query, 1 / Math.sqrt(headDim)));
  const k = heads(key);
  const v = heads(inputs.v);
  const overPast = op.headScores(graph, q, pastKeys); // [nHeads, T, S]
  const overNew = op.headScores(graph, q, k); // [nHeads, T, T]
  const scores = op.add(graph, op.concat(graph, [overPast, overNew], 2), mask);
  const [pPast, pNew] = graph.split(op.softmax(graph, scores), 2, spans, 2) as [Value, Value];
  const mixed = op.add(graph, op.headMix(graph, pPast, pastValues), op.headMix(graph, pNew, v)); // [nHeads, T, headDim]

  graph.output(graphNames.newKeys(inputs.layerIndex), k, newInfo);
  graph.output(graphNames.newValues(inputs.layerIndex), v, newInfo);
  return op.reshape(graph, op.transpose(graph, mixed, [1, 0, 2]), [-1, hidden]);
}

/** Cosines and sines for every position. Source: RoFormer, https://arxiv.org/abs/2104.09864, equation 15. */
function rotaryOf(graph: Graph, { nPositions, rotaryDim, nHeads }: Architecture): op.Rotary {
  const nPairs = rotaryDim / 2;
  const angles = Float64Array.from({ length: nPositions * nPairs }, (_, index) => {
    const position = Math.floor(index / nPairs);
    return position / ROTARY_BASE ** ((2 * (index % nPairs)) / rotaryDim);
  });
  const shape = [nPositions, nPairs];
  return {
    positions: graph.input(graphNames.positions, 'int64', [1, 'T']),
    cos: graph.float32s('rotary/cos', Float32Array.from(angles, Math.cos), shape),
    sin: graph.float32s('rotary/sin', Float32Array.from(angles, Math.sin), shape),
    nHeads: 2 * nHeads,
    rotaryDim,
  };
}

function finalNorm(graph: Graph, tensors: TensorTable): { weight: Value; bias: Value } {
  return {
    weight: vector(graph, tensors, tensorNames.finalNormWeight),
    bias: vector(graph, tensors, tensorNames.finalNormBias),
  };
}
