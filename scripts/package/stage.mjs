// Lays out what goes into an extension package, and nothing else, in a folder of its own. Copying what is wanted is
// safer than listing what is not: a file that nobody thought of stays out.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outFolder, projectRoot } from '../project/paths.mjs';
import { nativeFolderOf } from './targets.mjs';

const required = [
  ...['media', 'l10n', 'package.nls.json', 'package.nls.de.json'],
  ...['README.md', 'CHANGELOG.md', 'LICENSE', 'THIRD_PARTY_NOTICES.md'],
];
const ifPresent = ['models/starter'];

/** Makes out/stage/<target> anew and returns its path. */
export function stagePackage(target) {
  const stage = join(outFolder, 'stage', target);
  rmSync(stage, { recursive: true, force: true });

  const missing = required.filter((path) => !existsSync(join(projectRoot, path)));
  if (missing.length > 0)
    throw new Error(`The package needs ${missing.join(', ')}: write what is missing, then try again.`);

  for (const path of [...required, ...ifPresent]) copy(path, join(stage, path));
  copyScripts('dist', join(stage, 'dist'));
  copy('dist/node-sqlite3-wasm.wasm', join(stage, 'dist/node-sqlite3-wasm.wasm'));
  stageManifest(stage);
  stageRuntime(stage, nativeFolderOf(target));
  return stage;
}

/** The manifest without what only developers need. */
function stageManifest(stage) {
  const {
    scripts: _scripts,
    devDependencies: _devDependencies,
    private: _private,
    ...manifest
  } = readJson('package.json');
  const runtime = 'onnxruntime-node'; // all other packages are inside the bundles
  writeJson(join(stage, 'package.json'), {
    ...manifest,
    dependencies: { [runtime]: manifest.dependencies[runtime] },
  });
}

/** ONNX Runtime for one platform: its two packages, less what `require` never reaches. */
function stageRuntime(stage, nativeFolder) {
  const node = 'node_modules/onnxruntime-node';
  const common = 'node_modules/onnxruntime-common';

  copyScripts(join(node, 'dist'), join(stage, node, 'dist'));
  const native = nativeFolder && join(node, 'bin/napi-v6', nativeFolder);
  if (native) copy(native, join(stage, native));
  stageRuntimeManifest(stage, node, ['onnxruntime-common']); // the others serve its install script

  copyScripts(join(common, 'dist/cjs'), join(stage, common, 'dist/cjs'));
  copy(join(common, 'dist/cjs/package.json'), join(stage, common, 'dist/cjs/package.json'));
  stageRuntimeManifest(stage, common, []);
}

function stageRuntimeManifest(stage, folder, keptDependencies) {
  const {
    scripts: _scripts,
    devDependencies: _devDependencies,
    dependencies = {},
    ...manifest
  } = readJson(join(folder, 'package.json'));
  const kept = Object.entries(dependencies).filter(([name]) => keptDependencies.includes(name));
  writeJson(join(stage, folder, 'package.json'), { ...manifest, dependencies: Object.fromEntries(kept) });
}

/** The .js files directly in a folder: no source maps, no types. */
function copyScripts(from, to) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(join(projectRoot, from))) {
    if (name.endsWith('.js')) copy(join(from, name), join(to, name));
  }
}

function copy(from, to) {
  const source = join(projectRoot, from);
  if (existsSync(source)) cpSync(source, to, { recursive: true, dereference: true });
}

function readJson(path) {
  return JSON.parse(readFileSync(join(projectRoot, path), 'utf8'));
}

function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
