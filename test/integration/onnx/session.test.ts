/** Graphs as they are written, run by ONNX Runtime. Expected values are worked out by hand or with Math. */
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Graph, type Value } from '../../../src/onnx/graph.ts';
import { OnnxSession, type Feed } from '../../../src/onnx/session.ts';
import { withTempFolder } from '../../support/goldenModel.ts';

it('runs every kind of attribute, left-out inputs, -1 in a shape, and splits', async () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [2, 'N']);
  const clipped = graph.node('Clip', [x, undefined, graph.float32s('most', Float32Array.of(2), [])]);
  const transposed = graph.node('Transpose', [clipped], { attributes: { perm: [1, 0] } });
  const flat = graph.node('Reshape', [transposed, graph.int64s('shape', [-1])]);
  const [first, rest] = graph.split(flat, 0, graph.int64s('sizes', [2, 4]), 2) as [Value, Value];
  const vector = (name: string, value: Value) => graph.output(name, value, { type: 'float32', shape: ['M'] });
  vector('first', first);
  vector('leaky', graph.node('LeakyRelu', [rest], { attributes: { alpha: { float: 0.5 } } }));
  vector('gelu', graph.node('Gelu', [rest], { attributes: { approximate: 'tanh' } }));

  const outputs = await run(graph, { x: { data: Float32Array.of(-4, 3, 1, -2, 0, 9), shape: [2, 3] } });
  // [[-4, 2, 1], [-2, 0, 2]] transposed and laid flat: -4 -2 | 2 0 1 2
  expect([...outputs['first']!]).toEqual([-4, -2]);
  expect([...outputs['leaky']!]).toEqual([2, 0, 1, 2]);
  const gelu = (value: number) =>
    0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)));
  for (const [index, value] of [2, 0, 1, 2].entries())
    expect(outputs['gelu']![index]).toBeCloseTo(gelu(value), 5);
});

it('keeps nodes of the same name apart', async () => {
  const graph = new Graph();
  const scope = graph.scope('a');
  let x = graph.input('x', 'float32', [1]);
  for (const value of [2, 3])
    x = scope.node('Mul', [x, scope.float32s('factor', Float32Array.of(value), [1])]);
  graph.output('y', x, { type: 'float32', shape: [1] });
  expect([...(await run(graph, { x: { data: Float32Array.of(7), shape: [1] } }))['y']!]).toEqual([42]);
});

it('reads a weight at its place in a file', async () => {
  await withTempFolder(async (folder) => {
    const file = Buffer.alloc(300, 0xff);
    [1.5, -2, 1e-30].forEach((value, index) => file.writeFloatLE(value, 132 + 4 * index));
    await writeFile(path.join(folder, 'weights.bin'), file);
    const graph = new Graph();
    const weight = graph.weight(
      { name: 'w', type: 'float32', shape: [3] },
      { kind: 'external', file: 'weights.bin', offset: 132, length: 12 },
    );
    const x = graph.input('x', 'float32', [3]);
    graph.output('y', graph.node('Mul', [x, weight]), { type: 'float32', shape: [3] });
    const { y } = await run(graph, { x: { data: Float32Array.of(2, 3, 1e30), shape: [3] } }, folder);
    expect([...y!].map((value) => value.toPrecision(6))).toEqual(['3.00000', '-6.00000', '1.00000']);
  });
});

it('reads more than 2 GB of weights, without holding them', async () => {
  const [rows, columns, nTensors] = [1 << 17, 1024, 5]; // 512 MiB each
  const tensorBytes = rows * columns * 4;
  await withTempFolder(async (folder) => {
    // The file is sparse: only one row of each tensor is really on the disk.
    const file = await open(path.join(folder, 'weights.bin'), 'w');
    await file.truncate(nTensors * tensorBytes);
    const wantedRow = rows - 3;
    for (let tensor = 0; tensor < nTensors; tensor++) {
      const row = Float32Array.from({ length: columns }, (_, column) => tensor * 1000 + column);
      await file.write(
        new Uint8Array(row.buffer),
        0,
        4 * columns,
        tensor * tensorBytes + wantedRow * 4 * columns,
      );
    }
    await file.close();

    const graph = new Graph();
    const wanted = graph.input('row', 'int64', [1]);
    for (let tensor = 0; tensor < nTensors; tensor++) {
      const table = graph.weight(
        { name: `table.${tensor}`, type: 'float32', shape: [rows, columns] },
        { kind: 'external', file: 'weights.bin', offset: tensor * tensorBytes, length: tensorBytes },
      );
      const found = graph.node('Gather', [table, wanted]);
      graph.output(`found.${tensor}`, found, { type: 'float32', shape: [1, columns] });
    }
    const before = process.memoryUsage.rss();
    const outputs = await run(
      graph,
      { row: { data: BigInt64Array.of(BigInt(wantedRow)), shape: [1] } },
      folder,
    );
    for (let tensor = 0; tensor < nTensors; tensor++) {
      expect([outputs[`found.${tensor}`]!.at(0), outputs[`found.${tensor}`]!.at(-1)]).toEqual([
        tensor * 1000,
        tensor * 1000 + columns - 1,
      ]);
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(tensorBytes);
  });
});

async function run(
  graph: Graph,
  feeds: Readonly<Record<string, Feed>>,
  weightsFolder = '',
): Promise<Record<string, Float32Array>> {
  const session = await OnnxSession.load(graph, { weightsFolder, nThreads: 2 });
  try {
    return await session.run(feeds);
  } finally {
    await session.close();
  }
}
