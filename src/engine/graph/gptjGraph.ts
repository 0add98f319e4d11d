/**
 * GPT-J as an ONNX graph, written from the manifest each time a model is loaded.
 *
 *   ids ─ embedding ─ block x nLayers ─ norm ─ rows asked for ─ head ─ logits
 *
 *   block:  n = norm(x);  x + attention(n) + mlp(n)            (both read the same n)
 *           [q|k|v|fc] = n · inputsᵀ                           one product
 *           x + [attention(q,k,v) | gelu(fc)] · outputsᵀ       one product
 *
 * T new tokens are run on top of those that the cache holds. Where the cache lies, and so how attention reads it,
 * is the only thing in which the graph for a processor differs from the one for a GPU.
 */
import type { Architecture } from '../../model/architecture.ts';
import { tensorNames } from '../../model/tensors.ts';
import type { Graph, Value } from '../../onnx/graph.ts';
import { graphNames } from './names.ts';
import * as op from './operators.ts';
import { linear, lookUp, matrix, vector, type Weights } from './weights.ts';

/**
 * One layer's attention. Adds the inputs and outputs of that layer's cache to the graph.
 * wide: `[1, T, 3 hidden + inner]`, of which the first 3 hidden are query, key and value.
 */
export type Attention = (graph: Graph, wide: Value, layerIndex: number) => Attended;

export type Attended = {
  /** `[1, T, hidden]` */
  readonly attended: Value;
  /** `[1, T, inner]`: the rest of what went in. */
  readonly fc: Value;
};

export type GptjParts = {
  readonly architecture: Architecture;
  readonly weights: Weights;
  readonly attention: Attention;
  /** Ids from here on have no text: they are never chosen. */
  readonly nKnownIds: number;
};

export function writeGptj(graph: Graph, parts: GptjParts): void {
  const { architecture, weights } = parts;
  const ids = graph.input(graphNames.ids, 'int32', [1, 'T']);
  const rows = graph.input(graphNames.rows, 'int32', ['R']);
  const embedding = matrix(graph, weights, tensorNames.embedding, 'table');

  let x = lookUp(graph.scope('embedding'), embedding, ids); // [1, T, hidden]
  let n = op.layerNorm(graph.scope('layers.0/norm'), x, normOf(graph, parts, 0));
  for (let layerIndex = 0; layerIndex < architecture.nLayers; layerIndex++) {
    const change = block(graph.scope(`layers.${layerIndex}`), n, layerIndex, parts);
    const next = graph.scope(
      layerIndex + 1 < architecture.nLayers ? `layers.${layerIndex + 1}/norm` : 'norm',
    );
    ({ sum: x, normalised: n } = op.addAndNorm(next, x, change, normOf(graph, parts, layerIndex + 1)));
  }
  const asked = op.toFloat32(graph.scope('rows'), op.gather(graph.scope('rows'), n, rows, 1), weights.float); // [1, R, hidden]
  writeHead(graph, asked, parts);
}

/** What a layer adds to x, of n = norm(x): attention(n) + mlp(n). n: `[1, T, hidden]`. */
function block(graph: Graph, n: Value, layerIndex: number, { weights, attention }: GptjParts): Value {
  const names = tensorNames.layer(layerIndex);
  const inputs = matrix(graph, weights, names.inputs, 'product');
  const outputs = matrix(graph, weights, names.outputs, 'product');

  const wide = linear(graph.scope('inputs'), n, inputs, vector(graph, weights, names.inputsBias));
  const { attended, fc } = attention(graph.scope('attention'), wide, layerIndex);
  const both = op.concat(graph, [attended, op.gelu(graph.scope('mlp'), fc)], 2); // [1, T, hidden + inner]
  return linear(graph.scope('outputs'), both, outputs, vector(graph, weights, names.outputsBias));
}

/** Logits are computed in fp32 whatever the rest is in: the choice between two tokens hangs on their last digits. */
function writeHead(graph: Graph, n: Value, { architecture, weights, nKnownIds }: GptjParts): void {
  const single: Weights = { ...weights, float: 'float32' };
  const head = matrix(graph, single, tensorNames.head, 'product');
  const logits = linear(graph.scope('head'), n, head, vector(graph, single, tensorNames.headBias));
  const known = op.firstColumns(graph.scope('known'), logits, { axis: 2, count: nKnownIds });
  const logSumExp = op.logSumExp(graph.scope('known'), known); // [1, R]
  graph.output(graphNames.logSumExp, logSumExp, { type: 'float32', shape: [1, 'R'] });
  graph.output(graphNames.logits, logits, { type: 'float32', shape: [1, 'R', architecture.vocabularySize] });
}

/** The norm before layer `layerIndex`; behind the last layer, the final one. */
function normOf(graph: Graph, { architecture, weights }: GptjParts, layerIndex: number): op.Norm {
  const names =
    layerIndex < architecture.nLayers
      ? tensorNames.layer(layerIndex)
      : { normWeight: tensorNames.finalNormWeight, normBias: tensorNames.finalNormBias };
  return {
    weight: vector(graph, weights, names.normWeight),
    bias: vector(graph, weights, names.normBias),
    epsilon: architecture.layerNormEpsilon,
  };
}
