/** The worker and its helper as bundles of their own, made for one test file: what the extension ships, without dist/. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { SOURCE } from './sourceFiles.ts';

const require = createRequire(import.meta.url);

/** Writes the bundles and returns the worker's path. The runtime is found from here, wherever the bundle lies. */
export async function bundleWorker(folder: string): Promise<string> {
  await build({
    entryPoints: {
      worker: path.join(SOURCE, 'worker/main.ts'),
      rowConverter: path.join(SOURCE, 'worker/rowConverterThread.ts'),
    },
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'silent',
    plugins: [
      {
        name: 'runtime',
        setup: (bundler) =>
          bundler.onResolve({ filter: /^onnxruntime-node$/ }, ({ path: name }) => ({
            path: require.resolve(name),
            external: true,
          })),
      },
    ],
  });
  return path.join(folder, 'worker.js');
}
