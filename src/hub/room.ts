/** Whether a model fits: on the disk while it is fetched and imported, and in memory when it runs. */
import os from 'node:os';
import { say, type Sentence } from '../base/sentence.ts';
import { reasonAgainst } from '../model/modelFit.ts';
import { freeDiskBytes } from './disk.ts';

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

/** Of the disk: one that is full to the last byte stops more than an import. */
const SPARE_BYTES = 200e6;

const GB = 1e9;

/** Until the source is removed, what is fetched and what becomes of it lie there together. */
export function diskBytes({ missingBytes, weightsBytes }: Takes): number {
  return missingBytes + weightsBytes + SPARE_BYTES;
}

export async function roomAt(folder: string): Promise<Room> {
  return { freeDiskBytes: await freeDiskBytes(folder), memoryBytes: os.totalmem() };
}

/** Why it does not fit; nothing where it does. */
export function shortcomings(takes: Takes, room: Room): Sentence[] {
  const disk = diskBytes(takes);
  const gb = (bytes: number) => (bytes / GB).toFixed(1);
  const memory = reasonAgainst(takes, { totalBytes: room.memoryBytes });
  return [
    ...(room.freeDiskBytes !== undefined && room.freeDiskBytes < disk
      ? [say`It needs ${gb(disk)} GB of the disk, and ${gb(room.freeDiskBytes)} GB are free.`]
      : []),
    ...(memory === undefined ? [] : [memory]),
  ];
}
