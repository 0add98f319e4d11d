/** What it takes to run a model on a device: its graph, and caches that the graph can read. */
import { present } from '../base/assert.ts';
import type { Manifest } from '../model/manifest.ts';
import { graphNames } from './graph/names.ts';
import type { KvCache } from './kvCache.ts';

export type Logits = {
  /** `[rows, vocabularySize]` */
  readonly values: Float32Array;
  /** `[rows]`: ln of the sum of e^logit over the known ids. */
  readonly logSumExp: Float32Array;
};

export type WantedRows = 'last' | 'all';

/** What a graph is written from. */
export type ModelSource = {
  readonly manifest: Manifest;
  readonly weightsFolder: string;
  readonly nKnownIds: number;
};

export type Runner = {
  readonly cacheBytesPerToken: number;
  newCache(): KvCache;
  /** One native call: runs `ids` on top of what `cache` holds, and adds their rows to it. */
  forward(cache: KvCache, ids: readonly number[], wanted: WantedRows): Promise<Logits>;
  close(): Promise<void>;
};

export function logitsOf(outputs: Readonly<Record<string, Float32Array>>): Logits {
  return {
    values: present(outputs[graphNames.logits], graphNames.logits),
    logSumExp: present(outputs[graphNames.logSumExp], graphNames.logSumExp),
  };
}

export function int32s(values: readonly number[]): Int32Array {
  return Int32Array.from(values);
}

export function int64s(values: readonly number[]): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}
