/** Small checkpoints made to measure: valid ones, and ones with a single defect. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '../../src/base/seededRandom.ts';

export type RawTensor = {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
};
export type RawCheckpoint = { config: Record<string, unknown>; tensors: Record<string, RawTensor> };

/** Sizes of which no two are equal, so that a transposed matrix is noticed. */
const SIZES = { n_embd: 12, n_head: 3, n_layer: 1, n_inner: 20, vocab_size: 300, n_positions: 32 };

/** A valid checkpoint of random weights; the caller may change it before it is written. */
export function smallCheckpoint(vocabulary = SIZES.vocab_size): RawCheckpoint {
  const random = seededRandom(1);
  const { n_embd: hidden, n_inner: inner } = SIZES;
  const layer = (name: string) => `transformer.h.0.${name}`;
  const shapes: Record<string, number[]> = {
    'transformer.wte.weight': [vocabulary, hidden],
    [layer('ln_1.weight')]: [hidden],
    [layer('ln_1.bias')]: [hidden],
    ...Object.fromEntries(
      ['q', 'k', 'v', 'out'].map((p) => [layer(`attn.${p}_proj.weight`), [hidden, hidden]]),
    ),
    [layer('mlp.fc_in.weight')]: [inner, hidden],
    [layer('mlp.fc_in.bias')]: [inner],
    [layer('mlp.fc_out.weight')]: [hidden, inner],
    [layer('mlp.fc_out.bias')]: [hidden],
    'transformer.ln_f.weight': [hidden],
    'transformer.ln_f.bias': [hidden],
    'lm_head.weight': [vocabulary, hidden],
    'lm_head.bias': [vocabulary],
  };
  const values = (shape: readonly number[]) =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random() - 0.5);
  const tensors = Object.entries(shapes).map(
    ([name, shape]) => [name, floats(shape, values(shape))] as const,
  );
  return {
    config: {
      model_type: 'gptj',
      activation_function: 'gelu_new',
      rotary_dim: 4,
      ...SIZES,
      vocab_size: vocabulary,
    },
    tensors: Object.fromEntries(tensors),
  };
}

export function floats(shape: readonly number[], values: Float32Array): RawTensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

export function valuesOf({ bytes }: RawTensor): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

export type HeaderEntry = { dtype: string; shape: readonly number[]; data_offsets: [number, number] };
export type Header = Record<string, HeaderEntry>;

/** The header of tensors that follow one another, and their data. */
export function layOut(tensors: Readonly<Record<string, RawTensor>>): { header: Header; data: Buffer } {
  const header: Header = {};
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
  }
  return { header, data: Buffer.concat(Object.values(tensors).map(({ bytes }) => bytes)) };
}

/** The bytes of a safetensors file. `headerBytes` is what the file says of its header's length. */
export function safetensors(header: unknown, data: Uint8Array, headerBytes?: bigint): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(headerBytes ?? BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

/** Writes it as one file. `encode` may spoil the file. */
export async function writeCheckpoint(
  folder: string,
  { config, tensors }: RawCheckpoint,
  encode: (header: Header, data: Buffer) => Uint8Array = safetensors,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { header, data } = layOut(tensors);
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(path.join(folder, 'model.safetensors'), encode(header, data));
}

/** Writes it in two shards with an index. `index` may be changed before it is written. */
export async function writeSharded(
  folder: string,
  { config, tensors }: RawCheckpoint,
  change: (weightMap: Record<string, string>) => unknown = () => undefined,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = Object.keys(tensors);
  const weightMap: Record<string, string> = {};
  for (const [index, shard] of [names.slice(0, 6), names.slice(6)].entries()) {
    const file = `model-0000${index + 1}-of-00002.safetensors`;
    const { header, data } = layOut(Object.fromEntries(shard.map((name) => [name, tensors[name]!])));
    await writeFile(path.join(folder, file), safetensors(header, data));
    for (const name of shard) weightMap[name] = file;
  }
  change(weightMap);
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(
    path.join(folder, 'model.safetensors.index.json'),
    JSON.stringify({ metadata: { total_size: 1 }, weight_map: weightMap }),
  );
}
