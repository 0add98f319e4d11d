/**
 * A checkpoint from the hub into a folder of its own, `<downloads>/<owner>--<name>/<commit>`, in two steps: first the
 * small files, which say what the model is, then the weights. Whatever ends it, the next one goes on.
 */
import { readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseJson } from '../base/fields.ts';
import type { Transfer } from './connection.ts';
import { makeFolder, onDisk } from './disk.ts';
import { downloadFile } from './download.ts';
import { presentBytes, RECORD_FILE, type DownloadRecord } from './downloadRecord.ts';
import { FolderLock } from './folderLock.ts';
import type { Hub } from './hubHost.ts';
import {
  findRepository,
  smallFiles,
  totalBytes,
  weightFiles,
  type Repository,
  type RepositoryFile,
  type RepositoryName,
} from './repository.ts';
import { PATIENT, withRetries, type Retries } from './retries.ts';

export type ModelDownloadOptions = Pick<Transfer, 'signal' | 'pace'> & {
  readonly hub: Hub;
  readonly downloadsFolder: string;
  readonly retries?: Retries;
};

export type FetchProgress = { readonly receivedBytes: number; readonly sizeBytes: number };

export type FetchReports = Pick<Transfer, 'signal'> &
  Pick<Retries, 'onWait'> & { readonly onProgress?: (progress: FetchProgress) => void };

/** A host may hold each connection back; more than a few would be rude. */
const N_AT_ONCE = 3;

export class ModelDownload {
  readonly repository: Repository;
  readonly folder: string;
  readonly sizeBytes: number;
  readonly #files: readonly RepositoryFile[];
  readonly #options: ModelDownloadOptions;
  readonly #lock: FolderLock;

  private constructor(
    found: { readonly repository: Repository; readonly folder: string; readonly files: RepositoryFile[] },
    options: ModelDownloadOptions,
    lock: FolderLock,
  ) {
    this.repository = found.repository;
    this.folder = found.folder;
    this.#files = found.files;
    this.sizeBytes = totalBytes(found.files);
    this.#options = options;
    this.#lock = lock;
  }

  /** Asks the hub what there is, and fetches what is small. Whoever calls it closes the result. */
  static async open(name: RepositoryName, options: ModelDownloadOptions): Promise<ModelDownload> {
    const { hub, downloadsFolder, signal, retries = PATIENT } = options;
    const repository = await withRetries(() => findRepository(hub, name, options), { ...retries, signal });
    const small = smallFiles(repository);
    const folder = path.join(downloadsFolder, repository.id.replace('/', '--'), repository.commit);
    await makeFolder(folder);
    const lock = await onDisk(folder, () => FolderLock.take(folder));
    try {
      await fetchAll(small, folder, options);
      const weights = await weightFiles(repository, (index) => readJson(path.join(folder, index)));
      const files = [...small, ...weights];
      await writeRecord(folder, {
        ...{ id: repository.id, revision: name.revision, host: hub.base.href },
        files: files.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
      });
      return new ModelDownload({ repository, folder, files }, options, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** How much is there already, of this time or another. */
  async presentBytes(): Promise<number> {
    return presentBytes(this.folder, this.#files);
  }

  /** Fetches the weights: what is there in part goes on. */
  async fetchWeights({ onProgress, onWait, signal }: FetchReports = {}): Promise<void> {
    const { sizeBytes } = this;
    const { retries = PATIENT, ...options } = this.#options;
    const transfer = {
      ...options,
      ...(signal !== undefined && { signal }),
      retries: { ...retries, ...(onWait !== undefined && { onWait }) },
    };
    await fetchAll(this.#files, this.folder, transfer, (receivedBytes) =>
      onProgress?.({ receivedBytes, sizeBytes }),
    );
  }

  /** The checkpoint has been imported: it goes, or it stays and is no download any more. */
  async finish({ keepSource }: { readonly keepSource: boolean }): Promise<void> {
    if (keepSource) await rm(path.join(this.folder, RECORD_FILE), { force: true });
    else await removeDownload(this.folder);
  }

  /** Nothing is wanted of it; what is there of the weights stays for another time. */
  async abandon(): Promise<void> {
    const weights = this.#files.filter(({ name }) => /\.(?:bin|safetensors)$/.test(name));
    if ((await presentBytes(this.folder, weights)) === 0) await removeDownload(this.folder);
  }

  async close(): Promise<void> {
    await this.#lock.release();
  }
}

/** With what it was part of, where nothing else is left there. */
export async function removeDownload(folder: string): Promise<void> {
  await onDisk(folder, () => rm(folder, { recursive: true, force: true }));
  await rmdir(path.dirname(folder)).catch(() => undefined);
}

/** Several files at once, with one progress. The first failure ends all of them. */
async function fetchAll(
  files: readonly RepositoryFile[],
  folder: string,
  { hub, signal, retries = PATIENT, pace }: ModelDownloadOptions,
  onProgress: (receivedBytes: number) => void = () => undefined,
): Promise<void> {
  const failed = new AbortController();
  const received = new Map<string, number>();
  const queue = [...files];
  const transfer = {
    signal: AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]),
    ...{ token: hub.token, onLoopback: hub.onLoopback, retries },
    ...(pace !== undefined && { pace }),
  };
  let failure: unknown;
  const work = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const { name } = file;
      await downloadFile(file, path.join(folder, name), {
        ...transfer,
        onProgress: (receivedBytes) => {
          received.set(name, receivedBytes);
          onProgress([...received.values()].reduce((sum, bytes) => sum + bytes, 0));
        },
      });
    }
  };
  const workers = Array.from({ length: N_AT_ONCE }, () =>
    work().catch((error: unknown) => {
      failure ??= error;
      failed.abort();
    }),
  );
  await Promise.all(workers);
  if (failure !== undefined) throw failure as Error;
}

async function readJson(file: string): Promise<unknown> {
  return parseJson(await readFile(file, 'utf8'), { file: path.basename(file), code: 'bad-checkpoint' });
}

async function writeRecord(folder: string, record: DownloadRecord): Promise<void> {
  await onDisk(folder, () => writeFile(path.join(folder, RECORD_FILE), JSON.stringify(record)));
}
