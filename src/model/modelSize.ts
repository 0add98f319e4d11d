/** What a model takes, by its sizes and the form of its weights. */
import { cacheBytesPerToken, type Architecture } from './architecture.ts';
import { FP32, storedSizes, tensorSpecs, type TensorForm } from './tensors.ts';

export type ModelSize = {
  readonly nParameters: number;
  /** On disk, and in memory as long as the model is loaded. */
  readonly weightsBytes: number;
  /** Keys and values of the longest text that it can have. */
  readonly cacheBytes: number;
};

export function modelSize(architecture: Architecture, matrixForm: TensorForm): ModelSize {
  const specs = tensorSpecs(architecture);
  const stored = specs.map(({ shape }) => storedSizes(shape, shape.length === 1 ? FP32 : matrixForm));
  return {
    nParameters: specs.reduce((sum, { shape: [rows, columns = 1] }) => sum + rows * columns, 0),
    weightsBytes: stored.reduce((sum, { valuesBytes, scalesBytes }) => sum + valuesBytes + scalesBytes, 0),
    cacheBytes: architecture.nPositions * cacheBytesPerToken(architecture),
  };
}
