/** Libraries beside the runtime, whose folder is replaced with every update: by links, or by copies where there are none. */
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  CUDA_LIBRARIES,
  isInstalled,
  librariesFolder,
  linkLibraries,
  runtimeFolder,
  runtimeVersion,
} from '../../../src/hub/cudaLibraries.ts';

const links = vi.hoisted(() => ({ areAllowed: true }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fs>();
  const symlink = (from: string, to: string) =>
    links.areAllowed
      ? real.symlink(from, to)
      : Promise.reject(new Error('EPERM: no links on this file system'));
  return { ...real, symlink, default: { ...real, symlink } };
});

const ROOT = path.resolve(import.meta.dirname, '../../..');

let temp: string;
let folder: string;
let beside: string;

beforeEach(async () => {
  links.areAllowed = true;
  temp = await fs.mkdtemp(path.join(tmpdir(), 'gptj-link-'));
  folder = librariesFolder(path.join(temp, 'storage'), '1.30.0');
  beside = path.join(temp, 'runtime');
  await fs.mkdir(folder, { recursive: true });
  await fs.mkdir(beside);
  for (const name of CUDA_LIBRARIES) await fs.writeFile(path.join(folder, name), `content of ${name}`);
  await fs.writeFile(path.join(beside, 'libonnxruntime.so.1'), 'the runtime');
});
afterEach(() => fs.rm(temp, { recursive: true }));

async function contents(): Promise<string[]> {
  return Promise.all(CUDA_LIBRARIES.map((name) => fs.readFile(path.join(beside, name), 'utf8')));
}
const EXPECTED = CUDA_LIBRARIES.map((name) => `content of ${name}`);

async function inodes(): Promise<number[]> {
  return Promise.all(CUDA_LIBRARIES.map(async (name) => (await fs.lstat(path.join(beside, name))).ino));
}

it.each([true, false])(
  'stand beside the runtime, and stay as they are the next time (links: %s)',
  async (areAllowed) => {
    links.areAllowed = areAllowed;
    await linkLibraries(folder, beside);
    expect(await contents()).toEqual(EXPECTED);
    expect((await fs.lstat(path.join(beside, CUDA_LIBRARIES[0]!))).isSymbolicLink()).toBe(areAllowed);
    expect((await fs.readdir(beside)).sort()).toEqual([...CUDA_LIBRARIES, 'libonnxruntime.so.1'].sort());
    const before = await inodes();
    await linkLibraries(folder, beside);
    expect(await inodes()).toEqual(before);
  },
);

it('are put there again after an update, which brings an empty folder', async () => {
  await linkLibraries(folder, beside);
  await fs.rm(beside, { recursive: true });
  await fs.mkdir(beside);
  await linkLibraries(folder, beside);
  expect(await contents()).toEqual(EXPECTED);
});

it('replace a link to nowhere, a link to another version, and half a copy', async () => {
  const [first, second] = CUDA_LIBRARIES.map((name) => path.join(beside, name));
  await fs.symlink('/nowhere', first!);
  await fs.writeFile(second!, 'half');
  await linkLibraries(folder, beside);
  expect(await contents()).toEqual(EXPECTED);
  await fs.rm(first!);
  await fs.symlink(path.join(temp, 'storage/cuda/1.29.0'), first!);
  await linkLibraries(folder, beside);
  expect(await contents()).toEqual(EXPECTED);
});

it('leave alone what npm has installed there', async () => {
  const file = path.join(beside, CUDA_LIBRARIES[0]!);
  await fs.writeFile(file, EXPECTED[0]!);
  await linkLibraries(folder, beside);
  expect((await fs.lstat(file)).isSymbolicLink()).toBe(false);
});

it.skipIf(process.platform !== 'linux')(
  'cannot stand in a folder that takes no files: said with the next step',
  async () => {
    await expect(linkLibraries(folder, '/proc')).rejects.toMatchObject({
      code: 'disk',
      message: `The CUDA libraries cannot be put into the extension's folder /proc. Make it writable, or go on without CUDA.`,
    });
  },
);

it('are installed when both are there', async () => {
  expect(await isInstalled(folder)).toBe(true);
  await fs.rm(path.join(folder, CUDA_LIBRARIES[1]!));
  expect(await isInstalled(folder)).toBe(false);
  expect(await isInstalled(path.join(temp, 'nothing'))).toBe(false);
});

it('are for the version of the runtime that is here, and for the folder that its library is in', async () => {
  const { dependencies } = JSON.parse(await fs.readFile(path.join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(await runtimeVersion(ROOT)).toBe(dependencies['onnxruntime-node']);
  expect(await fs.readdir(runtimeFolder(ROOT))).toContain('libonnxruntime.so.1');
  await expect(runtimeVersion(temp)).rejects.toMatchObject({ code: 'no-runtime' });
});
