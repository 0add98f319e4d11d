/** Cosines and sines for every position. Source: RoFormer, https://arxiv.org/abs/2104.09864, equation 15. */
import type { Architecture } from '../../model/architecture.ts';
import type { FloatType, Graph, Value } from '../../onnx/graph.ts';
import { fromFloat32 } from './operators.ts';

const ROTARY_BASE = 10_000;

export type RotaryTables = {
  /** `[nPositions, rotaryDim / 2]` */
  readonly cos: Value;
  readonly sin: Value;
  readonly rotaryDim: number;
};

/** @param pairsMultipleOf some operators want so; the pairs beyond the model's own are turned by nothing */
export function rotaryTables(
  graph: Graph,
  { nPositions, rotaryDim }: Architecture,
  { float, pairsMultipleOf = 1 }: { float: FloatType; pairsMultipleOf?: number },
): RotaryTables {
  const nPairs = Math.ceil(rotaryDim / 2 / pairsMultipleOf) * pairsMultipleOf;
  const angles = Float64Array.from({ length: nPositions * nPairs }, (_, index) => {
    const position = Math.floor(index / nPairs);
    const pair = index % nPairs;
    return pair < rotaryDim / 2 ? position / ROTARY_BASE ** ((2 * pair) / rotaryDim) : 0;
  });
  const table = (name: string, values: Float32Array) =>
    fromFloat32(graph.scope('rotary'), graph.float32s(`rotary/${name}`, values, [nPositions, nPairs]), float);
  return {
    cos: table('cos', Float32Array.from(angles, Math.cos)),
    sin: table('sin', Float32Array.from(angles, Math.sin)),
    rotaryDim,
  };
}
