/** The reference checkpoints, and model folders made of them. Their expected values come from a float64 program. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importModel } from '../../src/importer/importModel.ts';
import type { TensorForm } from '../../src/model/tensors.ts';

export const GOLDEN = path.resolve(import.meta.dirname, '../golden/gptj-tiny');
export const CHECKPOINTS = ['safetensors-f32', 'safetensors-bf16', 'safetensors-sharded-f16'] as const;

/** The other forms of files, and the other family. */
export const OTHER_CHECKPOINTS = [
  ...['pytorch-f16', 'pytorch-legacy-f16', 'pytorch-sharded-f32'],
  ...['safetensors-f32', 'safetensors-sharded-f16', 'pytorch-f16'].map((form) => `../codegen-tiny/${form}`),
];

export type Expected = {
  readonly input_ids: readonly number[];
  readonly logits_last: readonly number[];
  readonly argmax_per_position: readonly number[];
  readonly greedy_20: readonly number[];
};

export async function readExpected(checkpoint: string): Promise<Expected> {
  return JSON.parse(await readFile(path.join(GOLDEN, checkpoint, 'expected.json'), 'utf8')) as Expected;
}

export async function withTempFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gptj-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function importGolden(checkpoint: string, out: string, form: TensorForm): Promise<void> {
  await importModel({ checkpoint: path.join(GOLDEN, checkpoint), out, formOf: () => form });
}
