/** Whether a model fits: on the disk while it is fetched and imported, and in memory when it runs. */
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import { say, type Sentence } from '../base/sentence.ts';
import { existingFolder } from './disk.ts';

export type Takes = {
  /** Of the download, still to come. */
  readonly missingBytes: number;
  readonly weightsBytes: number;
  readonly cacheBytes: number;
};

export type Room = {
  /** undefined where the system does not tell. */
  readonly freeDiskBytes: number | undefined;
  readonly memoryBytes: number;
};

/** The runtime and its buffers, beside weights and cache. */
const RUNTIME_BYTES = 300e6;
/** Of memory, for the system, the editor, and whatever else runs. */
const OTHERS_BYTES = 2e9;
/** Of the disk: one that is full to the last byte stops more than an import. */
const SPARE_BYTES = 200e6;

const GB = 1e9;

export function memoryBytes({
  weightsBytes,
  cacheBytes,
}: Pick<Takes, 'weightsBytes' | 'cacheBytes'>): number {
  return weightsBytes + cacheBytes + RUNTIME_BYTES;
}

/** Until the source is removed, what is fetched and what becomes of it lie there together. */
export function diskBytes({ missingBytes, weightsBytes }: Takes): number {
  return missingBytes + weightsBytes + SPARE_BYTES;
}

export async function roomAt(folder: string): Promise<Room> {
  return { freeDiskBytes: await freeBytes(folder), memoryBytes: os.totalmem() };
}

/** Why it does not fit; nothing where it does. */
export function shortcomings(takes: Takes, room: Room): Sentence[] {
  const [disk, memory] = [diskBytes(takes), memoryBytes(takes)];
  const gb = (bytes: number) => (bytes / GB).toFixed(1);
  return [
    ...(room.freeDiskBytes !== undefined && room.freeDiskBytes < disk
      ? [say`It needs ${gb(disk)} GB of the disk, and ${gb(room.freeDiskBytes)} GB are free.`]
      : []),
    ...(room.memoryBytes - OTHERS_BYTES < memory
      ? [
          say`It needs ${gb(memory)} GB of memory, and this machine has ${gb(room.memoryBytes)} GB for everything.`,
        ]
      : []),
  ];
}

/** Tokens a second that a processor gives, which reads all of the weights for each of them. */
export function expectedSpeed(weightsBytes: number, bandwidth: number): number {
  return bandwidth / (OVER_BANDWIDTH * weightsBytes);
}

/** Measured with models of 0.35 to 6 billion parameters: 1.2 to 2.1 (docs/performance.md). */
const OVER_BANDWIDTH = 1.7;

/** Of the file system of a folder, which may not exist yet. */
async function freeBytes(folder: string): Promise<number | undefined> {
  return statfs(await existingFolder(folder)).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
}
