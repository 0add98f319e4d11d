// Builds the bundles into dist/ and holds each to its size budget.
//   node esbuild.config.mjs [--watch]
import { copyFileSync, mkdirSync } from 'node:fs';
import { build, context } from 'esbuild';

const KB = 1024;
/** What each bundle may weigh, minified. The extension's must stay small: it is loaded on the editor's start-up path. */
const bundles = [
  { entry: 'src/extension.ts', out: 'extension.js', budgetBytes: 150 * KB }, // 9 kB of it are git's patterns
  { entry: 'src/worker/main.ts', out: 'worker.js', budgetBytes: 2_500 * KB, plugins: [withoutNetwork()] },
  // SQLite itself is beside it, in WebAssembly. Most of it are the parsers of two dialects.
  { entry: 'src/database/main.ts', out: 'database.js', budgetBytes: 800 * KB },
  { entry: 'src/cli.ts', out: 'cli.js', budgetBytes: 150 * KB },
];

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
  plugins,
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
