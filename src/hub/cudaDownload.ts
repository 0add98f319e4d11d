/** Fetches ONNX Runtime's libraries for CUDA from NuGet into a folder that is complete or absent. */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isAlive } from '../base/isAlive.ts';
import { extractFiles } from './archive.ts';
import type { Transfer } from './connection.ts';
import { CUDA_LIBRARIES, CUDA_PACKAGE, isInstalled } from './cudaLibraries.ts';
import { diskFailure } from './disk.ts';
import { downloadFile } from './download.ts';
import { findPackage, NUGET_INDEX } from './nugetPackage.ts';

export type CudaDownload = Transfer & {
  /** Of the runtime that they are for. */
  readonly version: string;
  /** Where they are to lie: `…/cuda/<version>`. */
  readonly folder: string;
  readonly index?: string;
  readonly onProgress?: (progress: { readonly receivedBytes: number; readonly sizeBytes: number }) => void;
};

/** One for each download, named for the process that it belongs to. */
const PARTIAL = /^partial-(\d+)-/;

export async function downloadCudaLibraries(download: CudaDownload): Promise<void> {
  const { folder, version, index = NUGET_INDEX } = download;
  const parent = path.dirname(folder);
  try {
    await mkdir(parent, { recursive: true });
    await removeLeftovers(parent);
    const partial = await mkdtemp(path.join(parent, `partial-${process.pid}-`));
    try {
      const found = await findPackage(new URL(index), { name: CUDA_PACKAGE, version }, download);
      const archive = path.join(partial, `${CUDA_PACKAGE}.${version}.nupkg`);
      await downloadFile(found, archive, {
        ...download,
        onProgress: (receivedBytes) => download.onProgress?.({ receivedBytes, sizeBytes: found.sizeBytes }),
      });
      const wanted = CUDA_LIBRARIES.map((name) => `runtimes/linux-x64/native/${name}`);
      await extractFiles(archive, wanted, partial, download.signal);
      await rm(archive);
      await keep(partial, folder);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    await removeOtherVersions(folder);
  } catch (error) {
    throw diskFailure(error, parent);
  }
}

/** Another window may have been faster, with the same libraries; what is there in part is replaced. */
async function keep(partial: string, folder: string): Promise<void> {
  if (await isInstalled(folder)) return;
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}

/** What processes that are no more have left behind. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = PARTIAL.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(path.join(parent, name), { recursive: true });
  }
}

/** They fit no runtime that is installed any more. */
async function removeOtherVersions(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  const others = (await readdir(parent)).filter(
    (name) => name !== path.basename(folder) && !PARTIAL.test(name),
  );
  for (const name of others) await rm(path.join(parent, name), { recursive: true });
}
