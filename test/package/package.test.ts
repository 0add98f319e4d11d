// What is in the extension packages that `npm run package` made, one for each platform, and what must not be.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { targets } from '../../scripts/package/targets.mjs';
import { builtPackage } from '../support/builtPackage.ts';
import { zipEntries } from '../support/zipEntries.ts';

const MB = 1e6;

type Contents = {
  /** In the runtime's folder for the platform. */
  readonly native: readonly string[];
  readonly folder: string;
  readonly maxMB: number;
};

const LINUX = ['libonnxruntime.so.1', 'onnxruntime_binding.node'];
const DARWIN = ['libonnxruntime.1.30.0.dylib', 'libonnxruntime.1.dylib', 'onnxruntime_binding.node'];
const WINDOWS = [
  ...['DirectML.dll', 'dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll'],
  'onnxruntime_binding.node',
];

const CONTENTS: Readonly<Record<string, Contents>> = {
  'linux-x64': { native: LINUX, folder: 'linux/x64', maxMB: 85 },
  'linux-arm64': { native: LINUX, folder: 'linux/arm64', maxMB: 75 },
  'darwin-arm64': { native: DARWIN, folder: 'darwin/arm64', maxMB: 95 },
  'win32-x64': { native: WINDOWS, folder: 'win32/x64', maxMB: 95 },
  'win32-arm64': { native: WINDOWS, folder: 'win32/arm64', maxMB: 95 },
  universal: { native: [], folder: '', maxMB: 65 },
};

/** Directly in the package, and in its folders that hold what the project makes. */
const OURS = [
  ...['changelog.md', 'LICENSE.txt', 'readme.md', 'THIRD_PARTY_NOTICES.md'],
  ...['package.json', 'package.nls.json', 'package.nls.de.json'],
  ...['l10n/bundle.l10n.json', 'l10n/bundle.l10n.de.json'],
  ...['cli', 'cudaDownload', 'database', 'extension', 'hub', 'models', 'python', 'rowConverter'].map(
    (name) => `dist/${name}.js`,
  ),
  ...['table', 'taskFile', 'tasks', 'worker'].map((name) => `dist/${name}.js`),
  'dist/node-sqlite3-wasm.wasm',
  ...['manifest.json', 'README.md', 'weights.bin'].map((name) => `models/starter/${name}`),
];
const MEDIA = [
  ...['chat/chat.css', 'chat/chat.js', 'chat.svg', 'icon.png', 'tasks/chat.md', 'tasks/summary.md'],
  ...['sample-workspace/shop.py', 'walkthrough/local.svg', 'walkthrough/models.svg'],
  ...['walkthrough/more.svg', 'walkthrough/suggestion.svg'],
];
const RUNTIME = [
  ...['onnxruntime-node/package.json', 'onnxruntime-node/dist/index.js'],
  ...['onnxruntime-common/package.json', 'onnxruntime-common/dist/cjs/index.js'],
];

test('there is a package for every platform', () =>
  expect(targets.toSorted()).toEqual(Object.keys(CONTENTS).sort()));

describe.each(Object.entries(CONTENTS))('the package for %s', (target, { native, folder, maxMB }) => {
  const archive = readFileSync(builtPackage(target));
  const paths = zipEntries(archive)
    .map(({ path }) => path)
    .filter((path) => path.startsWith('extension/'))
    .map((path) => path.slice('extension/'.length));
  const below = (place: string) =>
    paths.filter((path) => path.startsWith(place)).map((path) => path.slice(place.length));

  test('holds all that the project makes, and no more', () => {
    const ours = paths.filter((path) => !/^(?:media|node_modules)\//.test(path));
    expect(ours.sort()).toEqual(OURS.toSorted());
  });

  test('holds pictures, pages and tasks, and the packages of the runtime', () => {
    expect(below('media/')).toEqual(expect.arrayContaining(MEDIA));
    expect(below('node_modules/')).toEqual(expect.arrayContaining(RUNTIME));
  });

  test('holds the native files of its platform alone', () => {
    const place = `node_modules/onnxruntime-node/bin/napi-v6/${folder}/`;
    const found = paths.filter((path) => /\/bin\/|\.(?:node|so|dll|dylib)(?:\.|$)/.test(path));
    expect(found.sort()).toEqual(native.map((name) => place + name).sort());
  });

  test('holds nothing that only developers need', () => {
    const forDevelopers = /\.map$|\.tsx?$|\/test\/|\/scripts?\/|\/src\/|\.vsix$|\.tsbuildinfo$/;
    expect(paths.filter((path) => forDevelopers.test(path))).toEqual([]);
  });

  test('brings no package but ONNX Runtime', () => {
    const packages = below('node_modules/').map((path) => /^(@[^/]+\/[^/]+|[^/]+)\//.exec(path)?.[1]);
    expect([...new Set(packages)].sort()).toEqual(['onnxruntime-common', 'onnxruntime-node']);
  });

  test(`is under ${maxMB} MB`, () => expect(archive.length).toBeLessThan(maxMB * MB));
});
