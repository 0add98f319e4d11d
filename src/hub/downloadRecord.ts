/** What a download was to bring, kept beside it, so that it can be offered to go on after the editor was closed. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Fields, parseJson, type Source } from '../base/fields.ts';
import { sizeOf } from './disk.ts';

export const RECORD_FILE = 'download.json';

type PlannedFile = { readonly name: string; readonly sizeBytes: number };

export type DownloadRecord = {
  readonly id: string;
  readonly revision: string;
  /** The hub that it comes from: it goes on from nowhere else. */
  readonly host: string;
  readonly files: readonly PlannedFile[];
};

export type Unfinished = Pick<DownloadRecord, 'id' | 'host'> & {
  readonly folder: string;
  readonly commit: string;
  readonly presentBytes: number;
  readonly sizeBytes: number;
};

/** What was begun, and is neither imported nor given up. */
export async function unfinishedDownloads(downloadsFolder: string): Promise<Unfinished[]> {
  const found: Unfinished[] = [];
  for (const repository of await names(downloadsFolder)) {
    for (const commit of await names(path.join(downloadsFolder, repository))) {
      const folder = path.join(downloadsFolder, repository, commit);
      const record = await readRecord(folder);
      if (record === undefined) continue;
      const { id, host, files } = record;
      const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
      found.push({
        ...{ id, host, folder, commit, sizeBytes },
        presentBytes: await presentBytes(folder, files),
      });
    }
  }
  return found;
}

/** Whole files and parts. */
export async function presentBytes(folder: string, files: readonly PlannedFile[]): Promise<number> {
  const sizes = await Promise.all(
    files.map(
      async ({ name }) =>
        (await sizeOf(path.join(folder, name))) ?? sizeOf(path.join(folder, `${name}.partial`)),
    ),
  );
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

async function names(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

async function readRecord(folder: string): Promise<DownloadRecord | undefined> {
  const source: Source = { file: path.join(folder, RECORD_FILE), code: 'disk' };
  try {
    const fields = new Fields(parseJson(await readFile(source.file, 'utf8'), source), source);
    const files = fields.objects('files').map((file) => ({
      name: path.basename(file.string('name')),
      sizeBytes: file.count('sizeBytes'),
    }));
    return {
      id: fields.string('id'),
      revision: fields.string('revision'),
      host: fields.string('host'),
      files,
    };
  } catch {
    // Absent, or cut off: what lies there is taken up when the same repository is asked for again.
    return undefined;
  }
}
