/** The operators that the model's definition is written in, each one line of ONNX or two. */
import type { FloatType, Graph, Value } from '../../onnx/graph.ts';
import { DATA_TYPES } from '../../onnx/modelProto.ts';

const MICROSOFT = 'com.microsoft';

export type Norm = { readonly weight: Value; readonly bias: Value; readonly epsilon: number };

export function add(graph: Graph, a: Value, b: Value): Value {
  return graph.node('Add', [a, b]);
}

export function layerNorm(graph: Graph, x: Value, { weight, bias, epsilon }: Norm): Value {
  return graph.node('LayerNormalization', [x, weight, bias], {
    attributes: { axis: -1, epsilon: { float: epsilon } },
  });
}

/** a + b, and the norm of it, in one node. */
export function addAndNorm(
  graph: Graph,
  a: Value,
  b: Value,
  { weight, bias, epsilon }: Norm,
): { sum: Value; normalised: Value } {
  const outputs = graph.nodes('SkipLayerNormalization', [a, b, weight, bias], 4, {
    domain: MICROSOFT,
    attributes: { epsilon: { float: epsilon } },
    // Mean and deviation.
    leaveOut: [1, 2],
  });
  return { normalised: outputs[0] as Value, sum: outputs[3] as Value };
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

export function gather(graph: Graph, table: Value, rows: Value, axis = 0): Value {
  return graph.node('Gather', [table, rows], { attributes: { axis } });
}

export function splitAt(graph: Graph, x: Value, axis: number, sizes: readonly number[]): Value[] {
  return graph.split(x, axis, graph.int64s('sizes', sizes), sizes.length);
}

/** x → its first `count` columns along an axis. */
export function firstColumns(
  graph: Graph,
  x: Value,
  { axis, count }: { axis: number; count: number },
): Value {
  const bound = (name: string, value: number) => graph.int64s(name, [value]);
  return graph.node('Slice', [x, bound('start', 0), bound('end', count), bound('axis', axis)]);
}

/**
 * ln Σ e^x over the last axis, `[1, R, columns]` → `[1, R]`: as softmax(x) = e^x / Σ e^x, it is the greatest x less the
 * logarithm of the greatest softmax(x). Those kernels are vectorised, and exist on every device; ReduceLogSumExp's takes
 * five times as long on the processor.
 */
export function logSumExp(graph: Graph, x: Value): Value {
  const greatest = (of: Value) =>
    graph.node('ReduceMax', [of, graph.int64s('axes', [2])], { attributes: { keepdims: 0 } });
  return graph.node('Sub', [greatest(x), graph.node('Log', [greatest(softmax(graph, x))])]);
}

/** A product per head, of a `[H, T, K]` and b `[H, K, N]`; with a transposed batch one is `[T, H, …]` instead. */
export function headProduct(
  graph: Graph,
  a: Value,
  b: Value,
  { transposeBatchA = false, transposeBatchB = false },
): Value {
  return graph.node('FusedMatMul', [a, b], {
    domain: MICROSOFT,
    attributes: { transBatchA: Number(transposeBatchA), transBatchB: Number(transposeBatchB) },
  });
}

/** factor · a · bᵀ per head, for token-major a `[T, H, d]` and b `[S, H, d]`: `[H, T, S]`. */
export function headScores(graph: Graph, a: Value, b: Value, factor: number): Value {
  return graph.node('FusedMatMul', [a, b], {
    domain: MICROSOFT,
    attributes: { transBatchA: 1, transBatchB: 1, transB: 1, alpha: { float: factor } },
  });
}

/** Rotates the first `rotaryDim` dimensions of each head, in interleaved pairs. x: `[1, T, heads x headDim]`. */
export function rotate(graph: Graph, x: Value, positions: Value, rotary: Rotary): Value {
  return graph.node('RotaryEmbedding', [x, positions, rotary.cos, rotary.sin], {
    domain: MICROSOFT,
    attributes: { interleaved: 1, num_heads: rotary.nHeads, rotary_embedding_dim: rotary.rotaryDim },
  });
}

export type Rotary = {
  /** `[nPositions, rotaryDim / 2]` */
  readonly cos: Value;
  readonly sin: Value;
  readonly nHeads: number;
  readonly rotaryDim: number;
};

/** Of initialisers, the runtime computes these once, when it loads the graph. */
export function fromFloat32(graph: Graph, x: Value, float: FloatType): Value {
  return float === 'float32' ? x : graph.node('Cast', [x], { attributes: { to: DATA_TYPES[float] } });
}

export function toFloat32(graph: Graph, x: Value, float: FloatType): Value {
  return float === 'float32' ? x : graph.node('Cast', [x], { attributes: { to: DATA_TYPES.float32 } });
}
