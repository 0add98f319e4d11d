/**
 * A model folder with made-up weights, of any shape: what benchmarks run where the real model is not at hand.
 * The weights are random bytes of a plausible scale, so that the arithmetic has its real cost and stays finite.
 */
import { randomFillSync } from 'node:crypto';
import type { Architecture } from '../model/architecture.ts';
import { FP32, type TensorForm } from '../model/tensors.ts';
import type { TokenizerName } from '../tokenizer/tokenizerName.ts';
import { ModelFolderWriter, planTensors } from './modelFolderWriter.ts';

const CHUNK_BYTES = 1 << 22;

/** Every chunk of noise begins elsewhere in a longer buffer: the runtime keeps one copy of equal weights. */
const NOISE_BYTES = CHUNK_BYTES + 1_000_003;
const NOISE_STEP = 7_919;

/** Standard deviation of a trained weight, roughly. */
const WEIGHT_SCALE = 0.02;

export type SyntheticOptions = {
  readonly name: string;
  readonly architecture: Architecture;
  readonly matrixForm: TensorForm;
  readonly tokenizer: TokenizerName;
};

export async function writeSyntheticModel(folder: string, options: SyntheticOptions): Promise<void> {
  const { architecture, matrixForm, name, tokenizer } = options;
  const tensors = planTensors(architecture, ({ shape }) => (shape.length === 1 ? FP32 : matrixForm));
  const writer = await ModelFolderWriter.create(folder, tensors);
  const noise = evenNoise(matrixForm);
  let noiseStart = 0;
  const nextNoise = () => {
    noiseStart = (noiseStart + NOISE_STEP) % (NOISE_BYTES - CHUNK_BYTES);
    return noise.subarray(noiseStart, noiseStart + CHUNK_BYTES);
  };
  const small = fp32Bytes((index) => WEIGHT_SCALE * Math.sin(index * 12.9898));
  const scale = matrixForm.kind === 'blocks' ? WEIGHT_SCALE / 2 ** (matrixForm.bits - 2) : 1;
  const scales = fp32Bytes(() => scale);
  const ones = fp32Bytes(() => 1);

  try {
    for (const [tensorName, { form, valuesBytes, scalesBytes }] of Object.entries(tensors)) {
      const vector = tensorName.endsWith('norm.weight') ? ones : small;
      const values = form.kind === 'fp32' ? () => vector : nextNoise;
      await repeat(values, valuesBytes, (bytes) => writer.append(tensorName, bytes));
      await repeat(
        () => scales,
        scalesBytes,
        (bytes) => writer.append(tensorName, bytes),
      );
    }
    const facts = { languages: [], prompts: {}, licence: 'unknown' };
    await writer.finish({
      name,
      architecture,
      tokenizer,
      ...facts,
      modelCard: 'Random weights, for benchmarks.\n',
    });
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

function fp32Bytes(valueAt: (index: number) => number): Uint8Array {
  return new Uint8Array(Float32Array.from({ length: CHUNK_BYTES / 4 }, (_, index) => valueAt(index)).buffer);
}

/**
 * Random values around the zero point: with the lowest value, which has no counterpart, every sum over many weights
 * would lean to one side, and what a layer adds would grow until 16 bits cannot hold it beside what matters.
 */
function evenNoise(form: TensorForm): Uint8Array {
  const noise = randomFillSync(new Uint8Array(NOISE_BYTES));
  if (form.kind !== 'blocks') return noise;
  if (form.bits === 8) return noise.map((byte) => byte || 128);
  return noise.map((byte) => (byte & 15 || 8) | ((byte >> 4 || 8) << 4));
}

async function repeat(
  nextChunk: () => Uint8Array,
  nBytes: number,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  for (let done = 0; done < nBytes; done += CHUNK_BYTES) {
    await write(nextChunk().subarray(0, Math.min(CHUNK_BYTES, nBytes - done)));
  }
}
