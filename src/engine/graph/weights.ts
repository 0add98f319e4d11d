/** Brings stored tensors into a graph: products with them and look-ups in them, whatever form they are stored in. */
import type { FloatType, Graph, Value } from '../../onnx/graph.ts';
import { type StoredTensor, WEIGHTS_FILE } from '../../model/manifest.ts';
import { blocksPerRow } from '../../model/tensors.ts';
import { firstColumns, fromFloat32, reshape } from './operators.ts';
import { present } from '../../base/assert.ts';

const MICROSOFT = 'com.microsoft';

export type TensorTable = Readonly<Record<string, StoredTensor>>;

export type Weights = {
  readonly tensors: TensorTable;
  /** What they are computed with; vectors and scales are stored in fp32. */
  readonly float: FloatType;
};

/** A vector, as a value. */
export function vector(graph: Graph, { tensors, float }: Weights, name: string): Value {
  const stored = present(tensors[name], name);
  const weight = graph.weight(
    { name, type: 'float32', shape: stored.shape },
    { kind: 'external', file: WEIGHTS_FILE, offset: stored.offset, length: stored.valuesBytes },
  );
  return fromFloat32(graph.scope(name), weight, float);
}

/** x · weightᵀ + bias: x `[1, T, columns]`, weight `[rows, columns]`, bias `[rows]` → `[1, T, rows]`. */
export function linear(graph: Graph, x: Value, weight: StoredMatrix, bias: Value): Value {
  const { form, rows, columns, values, scales } = weight;
  if (form.kind === 'fp32') {
    const flat = reshape(graph, x, [-1, columns]);
    return reshape(graph, graph.node('Gemm', [flat, values, bias], { attributes: { transB: 1 } }), [
      1,
      -1,
      rows,
    ]);
  }
  return graph.node('MatMulNBits', [x, values, scales, undefined, undefined, bias], {
    domain: MICROSOFT,
    // Level 4 computes in int8; without it the 8-bit kernel is a hundred times slower.
    attributes: { K: columns, N: rows, bits: form.bits, block_size: form.block, accuracy_level: 4 },
  });
}

/** Rows of a matrix: ids `[1, T]` → `[1, T, columns]`. */
export function lookUp(graph: Graph, table: StoredMatrix, ids: Value): Value {
  const { form, values, scales, columns } = table;
  if (form.kind === 'fp32') return graph.node('Gather', [values, ids], { attributes: { axis: 0 } });
  const padded = graph.node('GatherBlockQuantized', [values, ids, scales], {
    domain: MICROSOFT,
    attributes: { bits: form.bits, block_size: form.block, gather_axis: 0, quantize_axis: 1 },
  });
  return columns % form.block === 0 ? padded : firstColumns(graph, padded, { axis: 2, count: columns });
}

export type StoredMatrix = {
  readonly form: StoredTensor['form'];
  readonly rows: number;
  readonly columns: number;
  readonly values: Value;
  readonly scales: Value | undefined;
};

/** The initialisers of a matrix. `use` says which operator reads it, as they want other shapes of the same bytes. */
export function matrix(graph: Graph, weights: Weights, name: string, use: 'product' | 'table'): StoredMatrix {
  const { tensors, float } = weights;
  const { form, shape, offset, valuesBytes, scalesBytes } = present(tensors[name], name);
  const [rows, columns = 1] = shape;
  const external = (at: number, length: number) =>
    ({ kind: 'external', file: WEIGHTS_FILE, offset: at, length }) as const;

  if (form.kind === 'fp32') {
    const values = graph.weight({ name, type: 'float32', shape }, external(offset, valuesBytes));
    return { form, rows, columns, values: fromFloat32(graph.scope(name), values, float), scales: undefined };
  }
  const nBlocks = blocksPerRow(columns, form.block);
  const blockBytes = (form.block * form.bits) / 8;
  const valuesShape = use === 'product' ? [rows, nBlocks, blockBytes] : [rows, nBlocks * blockBytes];
  const scalesShape = use === 'product' ? [rows * nBlocks] : [rows, nBlocks];
  const scales = graph.weight(
    { name: `${name}.scales`, type: 'float32', shape: scalesShape },
    external(offset + valuesBytes, scalesBytes),
  );
  return {
    form,
    rows,
    columns,
    values: graph.weight({ name, type: 'uint8', shape: valuesShape }, external(offset, valuesBytes)),
    scales: fromFloat32(graph.scope(name), scales, float),
  };
}
