/**
 * The GPU's graph in fp16, which the software GPU lacks, run by the processor's own kernels for the same operators.
 * There the cache is copied instead of written in place; all else is the same graph.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { buildDeviceGraph, cacheShape, deviceNames } from '../../../src/engine/graph/deviceGraph.ts';
import { graphNames } from '../../../src/engine/graph/names.ts';
import { MANIFEST_FILE, parseManifest, type Manifest } from '../../../src/model/manifest.ts';

import { FP32, type TensorForm } from '../../../src/model/tensors.ts';
import type { FloatType } from '../../../src/onnx/graph.ts';
import { encodeModel } from '../../../src/onnx/modelProto.ts';
import { importGolden, readExpected, withTempFolder } from '../../support/goldenModel.ts';

const CAPACITY = 64;
const EIGHT_BITS: TensorForm = { kind: 'blocks', bits: 8, block: 32 };

it.each([
  ['float32', 'fp32', FP32, 1e-5],
  ['float16', 'fp32', FP32, 2e-3],
  ['float32', '8 bits', EIGHT_BITS, 0.03],
  ['float16', '8 bits', EIGHT_BITS, 0.03],
] as const)('in %s, of %s weights, it gives the reference logits', async (float, _, form, bound) => {
  await withTempFolder(async (temp) => {
    const folder = path.join(temp, 'model');
    await importGolden('safetensors-f32', folder, form);
    const { input_ids: ids, logits_last: expected } = await readExpected('safetensors-f32');
    const file = path.join(folder, MANIFEST_FILE);
    const manifest = parseManifest(await readFile(file, 'utf8'), file);
    const logits = await lastLogits(folder, manifest, { float, ids });
    const scale = Math.max(...expected.map(Math.abs));
    const errors = expected.map((value, id) => Math.abs(value - logits[id]!) / scale);
    expect(Math.max(...errors)).toBeLessThan(bound);
  });
});

/** In two pieces, of which the second is run on the cache that the first has returned. */
async function lastLogits(
  folder: string,
  { architecture, tensors }: Manifest,
  { float, ids }: { float: FloatType; ids: readonly number[] },
): Promise<Float32Array> {
  const graph = buildDeviceGraph(architecture, { tensors, float }, architecture.vocabularySize);
  const session = await InferenceSession.create(encodeModel(graph), {
    executionProviders: ['cpu'],
    extra: { session: { model_external_initializers_file_folder_path: folder } },
  });
  const shape = cacheShape(architecture, CAPACITY);
  const size = shape.reduce((product, length) => product * length, 1);
  let cache: Tensor[] = Array.from({ length: 2 * architecture.nLayers }, () =>
    float === 'float16'
      ? new Tensor(float, new Uint16Array(size), shape)
      : new Tensor(float, new Float32Array(size), shape),
  );
  let logits = new Float32Array();
  for (const [start, end] of [
    [0, 30],
    [30, ids.length],
  ] as const) {
    const int32 = (values: readonly number[], dims: readonly number[]) =>
      new Tensor('int32', Int32Array.from(values), dims);
    const feeds: Record<string, Tensor> = {
      [graphNames.ids]: int32(ids.slice(start, end), [1, end - start]),
      [graphNames.rows]: int32([end - start - 1], [1]),
      [deviceNames.lastPosition]: int32([end - 1], [1]),
      [deviceNames.totalTokens]: int32([end], [1]),
    };
    for (const [index, tensor] of cache.entries()) feeds[nameOf(index, 'past')] = tensor;
    const outputs = await session.run(feeds);
    cache = cache.map((_, index) => outputs[nameOf(index, 'present')] as Tensor);
    logits = outputs[graphNames.logits]!.data as Float32Array<ArrayBuffer>;
  }
  await session.release();
  return logits;
}

function nameOf(index: number, when: 'past' | 'present'): string {
  const layerIndex = index >> 1;
  const [keys, values] =
    when === 'past'
      ? [graphNames.pastKeys, graphNames.pastValues]
      : [deviceNames.presentKeys, deviceNames.presentValues];
  return index % 2 === 0 ? keys(layerIndex) : values(layerIndex);
}
