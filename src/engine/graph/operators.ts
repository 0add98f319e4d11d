/** The operators that the model's definition is written in, each one line of ONNX or two. */
import type { Graph, Value } from '../../onnx/graph.ts';

const MICROSOFT = 'com.microsoft';

export function add(graph: Graph, a: Value, b: Value): Value {
  return graph.node('Add', [a, b]);
}

export function layerNorm(
  graph: Graph,
  x: Value,
  affine: { weight: Value; bias: Value },
  epsilon: number,
): Value {
  return graph.node('LayerNormalization', [x, affine.weight, affine.bias], {
    attributes: { axis: -1, epsilon: { float: epsilon } },
  });
}

/** GPT-J's activation: 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), "gelu_new". */
export function gelu(graph: Graph, x: Value): Value {
  return graph.node('FastGelu', [x], { domain: MICROSOFT });
}

export function concat(graph: Graph, values: readonly Value[], axis: number): Value {
  return graph.node('Concat', values, { attributes: { axis } });
}

/** The sizes may hold one -1, and 0 for "as it is". */
export function reshape(graph: Graph, x: Value, sizes: readonly number[]): Value {
  return graph.node('Reshape', [x, graph.int64s('shape', sizes)]);
}

export function transpose(graph: Graph, x: Value, permutation: readonly number[]): Value {
  return graph.node('Transpose', [x], { attributes: { perm: permutation } });
}

export function softmax(graph: Graph, x: Value): Value {
  return graph.node('Softmax', [x], { attributes: { axis: -1 } });
}

export function gather(graph: Graph, table: Value, rows: Value): Value {
  return graph.node('Gather', [table, rows], { attributes: { axis: 0 } });
}

export function splitAt(graph: Graph, x: Value, axis: number, sizes: readonly number[]): Value[] {
  return graph.split(x, axis, graph.int64s('sizes', sizes), sizes.length);
}

/** x times a number. */
export function scale(graph: Graph, x: Value, factor: number): Value {
  return graph.node('Mul', [x, graph.float32s('factor', Float32Array.of(factor), [])]);
}

/**
 * a · bᵀ per head, for token-major a `[T, H, d]` and b `[S, H, d]`: `[H, T, S]`. The node's own factor is left at
 * 1, since the runtime's kernel for a single row, many times faster, is taken only then.
 */
export function headScores(graph: Graph, a: Value, b: Value): Value {
  return graph.node('FusedMatMul', [a, b], {
    domain: MICROSOFT,
    attributes: { transBatchA: 1, transBatchB: 1, transB: 1 },
  });
}

/** p · v per head, for p `[H, T, S]` and token-major v `[S, H, d]`: `[H, T, d]`. */
export function headMix(graph: Graph, p: Value, v: Value): Value {
  return graph.node('FusedMatMul', [p, v], { domain: MICROSOFT, attributes: { transBatchB: 1 } });
}

/** Rotates the first `rotaryDim` dimensions of each head, in interleaved pairs. x: `[1, T, heads x headDim]`. */
export function rotate(graph: Graph, x: Value, rotary: Rotary): Value {
  return graph.node('RotaryEmbedding', [x, rotary.positions, rotary.cos, rotary.sin], {
    domain: MICROSOFT,
    attributes: { interleaved: 1, num_heads: rotary.nHeads, rotary_embedding_dim: rotary.rotaryDim },
  });
}

export type Rotary = {
  /** `[1, T]` */
  readonly positions: Value;
  /** `[nPositions, rotaryDim / 2]` */
  readonly cos: Value;
  readonly sin: Value;
  readonly nHeads: number;
  readonly rotaryDim: number;
};

/** x `[R, columns]` → its first `count` columns. */
export function firstColumns(graph: Graph, x: Value, count: number): Value {
  const bound = (name: string, value: number) => graph.int64s(name, [value]);
  return graph.node('Slice', [x, bound('start', 0), bound('end', count), bound('axis', 1)]);
}
