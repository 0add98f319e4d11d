/** What a model takes, by its sizes and the form of its weights. */
import type { Architecture } from './architecture.ts';
import { demandOf, type Demand } from './modelFit.ts';
import { FP32, storedSizes, tensorSpecs, type TensorForm } from './tensors.ts';

export type ModelSize = Demand & { readonly nParameters: number };

export function modelSize(architecture: Architecture, matrixForm: TensorForm): ModelSize {
  const specs = tensorSpecs(architecture);
  const stored = specs.map(({ shape }) => storedSizes(shape, shape.length === 1 ? FP32 : matrixForm));
  const weightsBytes = stored.reduce(
    (sum, { valuesBytes, scalesBytes }) => sum + valuesBytes + scalesBytes,
    0,
  );
  return {
    nParameters: specs.reduce((sum, { shape: [rows, columns = 1] }) => sum + rows * columns, 0),
    ...demandOf(architecture, weightsBytes),
  };
}
