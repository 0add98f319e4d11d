// Builds the bundles into dist/ and holds each to its size budget.
//   node esbuild.config.mjs [--watch]
import { copyFileSync, mkdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { build, context } from 'esbuild';

const KB = 1024;
/** What each bundle may weigh, minified. The extension's must stay small: it is loaded on the editor's start-up path. */
const bundles = [
  // 9 kB of it are git's patterns. Every command is in it; what only some of them need is loaded with them.
  { entry: 'src/extension.ts', out: 'extension.js', budgetBytes: 135 * KB },
  { entry: 'src/editor/tasks/taskFeatures.ts', out: 'tasks.js', budgetBytes: 60 * KB },
  { entry: 'src/editor/hub/hubFeatures.ts', out: 'hub.js', budgetBytes: 50 * KB },
  { entry: 'src/hub/cudaDownload.ts', out: 'cudaDownload.js', budgetBytes: 50 * KB }, // unzips
  { entry: 'src/editor/models/modelFeatures.ts', out: 'models.js', budgetBytes: 60 * KB },
  { entry: 'src/tasks/taskFile.ts', out: 'taskFile.js', budgetBytes: 150 * KB }, // YAML
  { entry: 'src/tasks/table.ts', out: 'table.js', budgetBytes: 60 * KB }, // CSV
  { entry: 'src/worker/main.ts', out: 'worker.js', budgetBytes: 2_500 * KB, plugins: [withoutNetwork()] },
  { entry: 'src/worker/rowConverterThread.ts', out: 'rowConverter.js', budgetBytes: 10 * KB },
  // SQLite itself is beside it, in WebAssembly. Most of it are the parsers of two dialects.
  { entry: 'src/database/main.ts', out: 'database.js', budgetBytes: 800 * KB },
  { entry: 'src/cli.ts', out: 'cli.js', budgetBytes: 170 * KB },
  { entry: 'src/python/bundle.ts', out: 'python.js', budgetBytes: 110 * KB },
];

/** Whatever is imported with `import()` and has a bundle of its own stays outside of the one that imports it. */
function loadedWhenNeeded() {
  return {
    name: 'loaded-when-needed',
    setup(bundler) {
      bundler.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, kind }) => {
        if (kind !== 'dynamic-import') return undefined;
        const entry = relative(import.meta.dirname, resolve(resolveDir, path)).replaceAll('\\', '/');
        const bundle = bundles.find((one) => one.entry === entry);
        return bundle && { path: `./${bundle.out}`, external: true };
      });
    },
  };
}

/** systeminformation can look at web sites and at Docker, too. Nobody asks it to, and the worker has no way to. */
function withoutNetwork() {
  const modules = /^(?:node:)?(?:http|https|http2|net|tls|dgram|dns)(?:\/|$)/;
  return {
    name: 'without-network',
    setup(bundler) {
      bundler.onResolve({ filter: modules }, ({ path }) => ({ path, namespace: 'nothing' }));
      bundler.onLoad({ filter: /./, namespace: 'nothing' }, () => ({ contents: 'module.exports = {};' }));
    },
  };
}

const optionsOf = ({ entry, out, plugins = [] }) => ({
  plugins: [...plugins, loadedWhenNeeded()],
  entryPoints: [entry],
  outfile: `dist/${out}`,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  legalComments: 'none',
  external: ['vscode', 'onnxruntime-node'],
  supported: { 'dynamic-import': false }, // `require`, which is what finds a bundle beside another
  logLevel: 'warning',
});

/** Is loaded from beside the bundle that its package is in. */
const wasm = 'node-sqlite3-wasm.wasm';
mkdirSync('dist', { recursive: true });
copyFileSync(`node_modules/node-sqlite3-wasm/dist/${wasm}`, `dist/${wasm}`);

if (process.argv.includes('--watch')) {
  for (const bundle of bundles) await (await context(optionsOf(bundle))).watch();
} else {
  for (const bundle of bundles) {
    const { metafile } = await build(optionsOf(bundle));
    const sizeBytes = metafile.outputs[`dist/${bundle.out}`].bytes;
    console.log(`dist/${bundle.out}  ${(sizeBytes / KB).toFixed(0)} kB of ${bundle.budgetBytes / KB} kB`);
    if (sizeBytes > bundle.budgetBytes) {
      console.error(
        `dist/${bundle.out} is over its budget: see what it imports, or raise the budget with a reason`,
      );
      process.exitCode = 1;
    }
  }
}
