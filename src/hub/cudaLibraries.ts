/**
 * ONNX Runtime's libraries for CUDA: two files, kept in the extension's storage under the version that they belong to.
 * The runtime looks for them beside its own library, in a folder that every update of the extension replaces; so they
 * are linked there at each start.
 */
import { copyFile, lstat, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { say } from '../base/sentence.ts';
import { messageOf, UserError } from '../base/userError.ts';
import { Fields, parseJson, type Source } from '../base/fields.ts';

export const CUDA_PACKAGE = 'Microsoft.ML.OnnxRuntime.Gpu.Linux';
/** In the order in which they are put in place: without the first, the runtime does not look for the second. */
export const CUDA_LIBRARIES = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

const RUNTIME = path.join('node_modules', 'onnxruntime-node');

/** The version of the runtime that comes with the extension, which the libraries have to match. */
export async function runtimeVersion(extensionFolder: string): Promise<string> {
  const file = path.join(extensionFolder, RUNTIME, 'package.json');
  const source: Source = { file, code: 'no-runtime' };
  const text = await readFile(file, 'utf8').catch(() => '');
  return new Fields(parseJson(text, source), source).string('version');
}

export function runtimeFolder(extensionFolder: string): string {
  return path.join(extensionFolder, RUNTIME, 'bin', 'napi-v6', 'linux', 'x64');
}

export function librariesFolder(storage: string, version: string): string {
  return path.join(storage, 'cuda', version);
}

/** Whether the libraries of this version are there. The folder is complete or absent. */
export async function isInstalled(folder: string): Promise<boolean> {
  const found = await Promise.all(CUDA_LIBRARIES.map((name) => sizeOf(path.join(folder, name))));
  return found.every((sizeBytes) => sizeBytes !== undefined);
}

/** Puts the libraries of `folder` beside the runtime's own; what is right there already stays. */
export async function linkLibraries(folder: string, besideRuntime: string): Promise<void> {
  for (const name of CUDA_LIBRARIES) {
    const [from, to] = [path.join(folder, name), path.join(besideRuntime, name)];
    try {
      if (!(await isInPlace(from, to))) await put(from, to);
    } catch (error) {
      throw new UserError(
        'disk',
        say`The CUDA libraries cannot be put into the extension's folder ${besideRuntime}. Make it writable, or go on without CUDA.`,
        messageOf(error),
      );
    }
  }
}

async function isInPlace(from: string, to: string): Promise<boolean> {
  const found = await lstat(to).catch(() => undefined);
  if (found === undefined) return false;
  if (found.isSymbolicLink()) return (await readlink(to)) === from;
  return found.size === (await stat(from)).size;
}

/** As a link, or else as a copy: not every file system has links. Beside first, so that no half of one is loaded. */
async function put(from: string, to: string): Promise<void> {
  const beside = `${to}.${process.pid}`;
  try {
    await symlink(from, beside).catch(() => copyFile(from, beside));
    await rename(beside, to);
  } finally {
    await rm(beside, { force: true });
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ size }) => size,
    () => undefined,
  );
}
