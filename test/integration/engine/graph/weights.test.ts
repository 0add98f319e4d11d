/** Quantised matrices as ONNX Runtime reads them, against a plain float product of the dequantised weights. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { linear, lookUp, matrix } from '../../../../src/engine/graph/weights.ts';
import { quantiseRows } from '../../../../src/importer/quantiser.ts';
import { storedSizes } from '../../../../src/model/tensors.ts';
import { Graph } from '../../../../src/onnx/graph.ts';
import { OnnxSession } from '../../../../src/onnx/session.ts';
import { seededRandom } from '../../../../src/base/seededRandom.ts';
import { BLOCK_FORMS, dequantise } from '../../../support/dequantise.ts';
import { withTempFolder } from '../../../support/goldenModel.ts';

const N_ROWS = 24;

describe.each(BLOCK_FORMS)('%s', (_, form) => {
  it.each([256, 200, 40])('%i columns', async (columns) => {
    const random = seededRandom(columns);
    const rows = Float32Array.from({ length: N_ROWS * columns }, () => random() - 0.5);
    const quantised = quantiseRows(rows, columns, form);
    const expectedWeights = dequantise(quantised, columns, form);
    // The kernel rounds x to 8 bits a block. Whole numbers of which each block has a 127 are exact in that.
    const x = Float32Array.from({ length: columns }, (_, at) =>
      at % 32 === 0 ? 127 : Math.round(random() * 254) - 127,
    );
    const bias = Float32Array.from({ length: N_ROWS }, (_, row) => row);
    const product = Array.from(bias, (sum, row) => {
      for (let column = 0; column < columns; column++)
        sum += x[column]! * expectedWeights[row * columns + column]!;
      return sum;
    });

    const shape = [N_ROWS, columns] as const;
    const stored = { shape, form, offset: 0, ...storedSizes(shape, form) };
    const weights = { tensors: { w: stored, t: stored }, float: 'float32' } as const;
    const graph = new Graph();
    const input = graph.input('x', 'float32', [1, 1, columns]);
    const ids = graph.input('ids', 'int32', [1, 3]);
    const y = linear(
      graph,
      input,
      matrix(graph, weights, 'w', 'product'),
      graph.float32s('bias', bias, [N_ROWS]),
    );
    graph.output('y', y, { type: 'float32', shape: [1, 1, N_ROWS] });
    const table = matrix(graph, weights, 't', 'table');
    graph.output('found', lookUp(graph, table, ids), { type: 'float32', shape: [1, 3, columns] });

    const wanted = [N_ROWS - 1, 0, 7];
    await withTempFolder(async (folder) => {
      await writeFile(path.join(folder, 'weights.bin'), [
        quantised.values,
        new Uint8Array(quantised.scales.buffer),
      ]);
      const session = await OnnxSession.load(graph, { weightsFolder: folder, nThreads: 2 });
      const { y: found, found: rowsFound } = await session.run({
        x: { data: x, shape: [1, 1, columns] },
        ids: { data: Int32Array.from(wanted), shape: [1, 3] },
      });
      await session.close();
      const scale = Math.max(...product.map(Math.abs));
      for (const [row, value] of product.entries()) expect((found![row]! - value) / scale).toBeCloseTo(0, 5);
      for (const [index, row] of wanted.entries()) {
        const expected = expectedWeights.subarray(row * columns, (row + 1) * columns);
        expect(rowsFound!.subarray(index * columns, (index + 1) * columns)).toEqual(expected);
      }
    });
  });
});
