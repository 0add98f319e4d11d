/** Whether it would be a pleasure to run a model on a machine: its memory, and how fast it would answer. */
import { say, type Sentence } from '../base/sentence.ts';
import { cacheBytesPerToken, type Architecture } from './architecture.ts';

export type Demand = {
  /** On disk, and in memory as long as the model is loaded. */
  readonly weightsBytes: number;
  /** Keys and values of a full window. */
  readonly cacheBytes: number;
};

export type Machine = {
  readonly totalBytes: number;
  /** Absent where the system counts what it would give back as taken. */
  readonly freeBytes?: number;
  /** Measured with this model, or foretold for it. Absent where nobody can tell. */
  readonly tokensPerSecond?: number;
};

const GIGABYTE = 1e9;
/** The weights, and what the runtime keeps beside them: measured on the processor. */
const RESIDENT_SHARE = 1.15;
/** The system, an editor and a browser. */
const OTHERS_BYTES = 2 * GIGABYTE;
/** A suggestion has some ten tokens; nobody waits for it longer than three seconds. */
const SUGGESTION_TOKENS = 10;
const PATIENCE_SECONDS = 3;

/**
 * Weights are read once for each token, and little else is; this share of the memory's speed is reached. Measured with
 * models of 0.35 to 6 billion parameters: 0.5 to 0.8 (docs/performance.md).
 */
const REACHED_SHARE = 0.6;

export function demandOf(architecture: Architecture, weightsBytes: number): Demand {
  return { weightsBytes, cacheBytes: cacheBytesPerToken(architecture) * architecture.nPositions };
}

/** Of a model at work. */
export function memoryBytes({ weightsBytes, cacheBytes }: Demand): number {
  return RESIDENT_SHARE * weightsBytes + cacheBytes;
}

/** @param bandwidth bytes that the processor reads from memory in a second */
export function foretoldSpeed(weightsBytes: number, bandwidth: number): number {
  return (REACHED_SHARE * bandwidth) / weightsBytes;
}

/** Why the model will not be pleasant here; undefined where it will. */
export function reasonAgainst(demand: Demand, machine: Machine): Sentence | undefined {
  const neededBytes = memoryBytes(demand);
  const { totalBytes, freeBytes, tokensPerSecond } = machine;
  if (neededBytes + OTHERS_BYTES > totalBytes)
    return say`It needs ${gigabytes(neededBytes)} GB of memory, and this machine has ${gigabytes(totalBytes)} GB for everything.`;
  if (freeBytes !== undefined && neededBytes > freeBytes)
    return say`It needs ${gigabytes(neededBytes)} GB of memory, of which ${gigabytes(freeBytes)} GB are free now.`;
  if (tokensPerSecond !== undefined && SUGGESTION_TOKENS / tokensPerSecond > PATIENCE_SECONDS) {
    const seconds = Math.ceil(SUGGESTION_TOKENS / tokensPerSecond);
    return say`It writes some ${tokensPerSecond.toFixed(1)} tokens a second here, so that a suggestion takes ${seconds} seconds.`;
  }
  return undefined;
}

/** Why the disk does not hold it, with what to do. */
export function reasonAgainstDisk(neededBytes: number, freeBytes: number): Sentence | undefined {
  return neededBytes <= freeBytes
    ? undefined
    : say`The model takes ${gigabytes(neededBytes)} GB, and the disk has ${gigabytes(freeBytes)} GB left. Free some, and try again.`;
}

function gigabytes(bytes: number): string {
  return (bytes / GIGABYTE).toFixed(1);
}
