// What is in the extension package that `npm run package` made for this machine, and what must not be.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtPackage, thisTarget } from '../support/builtPackage.ts';
import { zipEntries } from '../support/zipEntries.ts';

const MB = 1e6;
const nativeFolder = `extension/node_modules/onnxruntime-node/bin/napi-v6/${thisTarget.replace('-', '/')}/`;
const archive = readFileSync(builtPackage());
const paths = zipEntries(archive).map(({ path }) => path);

describe('the extension package', () => {
  test.each([
    'extension/package.json',
    'extension/readme.md',
    'extension/changelog.md',
    'extension/LICENSE.txt',
    'extension/THIRD_PARTY_NOTICES.md',
    'extension/package.nls.json',
    'extension/package.nls.de.json',
    'extension/l10n/bundle.l10n.json',
    'extension/l10n/bundle.l10n.de.json',
    'extension/media/walkthrough/suggestion.svg',
    'extension/dist/extension.js',
    'extension/dist/models.js',
    'extension/dist/worker.js',
    'extension/dist/rowConverter.js',
    'extension/dist/cli.js',
    'extension/dist/tasks.js',
    'extension/dist/taskFile.js',
    'extension/dist/table.js',
    'extension/media/tasks/chat.md',
    'extension/media/tasks/summary.md',
    'extension/media/chat/chat.js',
    'extension/media/chat/chat.css',
    'extension/media/chat.svg',
    'extension/dist/database.js',
    'extension/dist/node-sqlite3-wasm.wasm',
    'extension/dist/python.js',
    'extension/node_modules/onnxruntime-node/package.json',
    'extension/node_modules/onnxruntime-node/dist/index.js',
    'extension/node_modules/onnxruntime-common/package.json',
    'extension/node_modules/onnxruntime-common/dist/cjs/index.js',
    `${nativeFolder}onnxruntime_binding.node`,
  ])('holds %s', (path) => {
    expect(paths).toContain(path);
  });

  test('holds the starter model where the project has one', () => {
    const isInProject = existsSync(join(import.meta.dirname, '../../models/starter/manifest.json'));
    expect(paths.includes('extension/models/starter/manifest.json')).toBe(isInProject);
  });

  test('holds native files for this platform only', () => {
    const native = paths.filter((path) => /\/bin\/|\.(node|so|dll|dylib)(\.|$)/.test(path));
    expect(native.length).toBeGreaterThan(1);
    expect(native.filter((path) => !path.startsWith(nativeFolder))).toEqual([]);
  });

  test('holds nothing that only developers need', () => {
    const forDevelopers = /\.map$|\.tsx?$|\/test\/|\/scripts?\/|\/src\/|\.vsix$|\.tsbuildinfo$/;
    expect(paths.filter((path) => forDevelopers.test(path))).toEqual([]);
  });

  test('brings no package but ONNX Runtime', () => {
    const packages = paths.map((path) => /^extension\/node_modules\/(@[^/]+\/[^/]+|[^/]+)\//.exec(path)?.[1]);
    expect([...new Set(packages)].filter(Boolean).sort()).toEqual(['onnxruntime-common', 'onnxruntime-node']);
  });

  test('is under 60 MB', () => {
    expect(archive.length).toBeLessThan(60 * MB);
  });
});
