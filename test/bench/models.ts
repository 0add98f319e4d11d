/**
 * How long the list of models takes with twenty of GPT-J-6B's shape, how fast a model is verified in the worker, and for
 * how long loading one, the starter or that in the folder that is named, stops the thread that asks for it. Prints one
 * JSON object: `node --import ./scripts/project/typescript.mjs test/bench/models.ts [folder]`, after `npm run build`.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { median } from '../../src/base/median.ts';
import { EngineClient } from '../../src/client/engineClient.ts';
import { ModelUses } from '../../src/client/modelUses.ts';
import { planTensors } from '../../src/importer/modelFolderWriter.ts';
import { MANIFEST_FILE, WEIGHTS_FILE, type Manifest } from '../../src/model/manifest.ts';
import { listModels } from '../../src/model/modelList.ts';
import { ModelSpeeds } from '../../src/model/modelSpeeds.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const STARTER = path.join(ROOT, 'models/starter');
const N_MODELS = 20;
const N_RUNS = 11;
const N_VERIFICATIONS = 5;
const N_LOADS = 5;
const VERIFIED_BYTES = 1 << 30;
const GPT_J_6B = {
  ...{ nLayers: 28, hidden: 4096, nHeads: 16, inner: 16_384, rotaryDim: 64 },
  ...{ vocabularySize: 50_400, nPositions: 2048, layerNormEpsilon: 1e-5 },
};

const temp = await mkdtemp(path.join(tmpdir(), 'gptj-bench-models-'));
try {
  const list = await measureList();
  const report = { ...list, ...(await measureVerifying()), ...(await measureLoading()) };
  process.stdout.write(`${JSON.stringify(report)}\n`);
} finally {
  await rm(temp, { recursive: true });
}

/** Folders whose weights are a hole as large as they would be. */
async function measureList(): Promise<{ listMs: number; firstListMs: number; manifestKB: number }> {
  const modelsFolder = path.join(temp, 'models');
  const starterText = await readFile(path.join(STARTER, MANIFEST_FILE), 'utf8');
  const tensors = planTensors(GPT_J_6B, ({ shape }) =>
    shape.length === 1 ? { kind: 'fp32' } : { kind: 'blocks', bits: 4, block: 64 },
  );
  const sizeBytes = Math.max(
    ...Object.values(tensors).map(
      ({ offset, valuesBytes, scalesBytes }) => offset + valuesBytes + scalesBytes,
    ),
  );
  const starter = JSON.parse(starterText) as Manifest;
  const files = starter.files.map((file) => (file.name === WEIGHTS_FILE ? { ...file, sizeBytes } : file));
  const text = JSON.stringify({ ...starter, architecture: GPT_J_6B, tensors, files }, undefined, 1);
  for (let index = 0; index < N_MODELS; index++) {
    const folder = path.join(modelsFolder, `model-${index}`);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, MANIFEST_FILE), text);
    await copyFile(path.join(STARTER, 'README.md'), path.join(folder, 'README.md'));
    await writeFile(path.join(folder, WEIGHTS_FILE), '');
    await truncate(path.join(folder, WEIGHTS_FILE), sizeBytes);
  }
  const times: number[] = [];
  for (let run = 0; run < N_RUNS; run++) times.push(await timeOfList(modelsFolder));
  return { listMs: median(times), firstListMs: times[0] ?? 0, manifestKB: text.length / 1000 };
}

/** Everything that the view asks for. */
async function timeOfList(modelsFolder: string): Promise<number> {
  const uses = new ModelUses(path.join(temp, 'uses'), '');
  const startMs = performance.now();
  const models = await listModels({ starter: STARTER, modelsFolder, chosen: STARTER });
  await new ModelSpeeds(temp).read();
  await Promise.all(models.map(({ folder }) => uses.users(folder)));
  const ms = performance.now() - startMs;
  if (models.filter(({ content }) => content.kind === 'whole').length !== N_MODELS + 1)
    throw new Error('not every model was read');
  return ms;
}

/** A weights file of a gigabyte, from the system's cache: what hashing costs, not the disk. */
async function measureVerifying(): Promise<{ verifyMBs: number }> {
  const modelFolder = path.join(temp, 'large');
  await mkdir(modelFolder);
  const chunk = new Uint8Array(1 << 24).map((_, index) => (index * 2_654_435_761) >>> 13);
  const hash = createHash('sha256');
  const file = await open(path.join(modelFolder, WEIGHTS_FILE), 'w');
  for (let written = 0; written < VERIFIED_BYTES; written += chunk.length) {
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  await file.close();
  const starter = JSON.parse(await readFile(path.join(STARTER, MANIFEST_FILE), 'utf8')) as Manifest;
  const files = [{ name: WEIGHTS_FILE, sizeBytes: VERIFIED_BYTES, sha256: hash.digest('hex') }];
  await writeFile(path.join(modelFolder, MANIFEST_FILE), JSON.stringify({ ...starter, files }));

  const client = new EngineClient(path.join(ROOT, 'dist/worker.js'));
  const rates: number[] = [];
  for (let run = 0; run < N_VERIFICATIONS; run++) {
    const startMs = performance.now();
    const [verified] = await client.call('verifyModel', { modelFolder });
    if (verified?.state !== 'as-written') throw new Error('the file was not as written');
    rates.push(VERIFIED_BYTES / 1e6 / ((performance.now() - startMs) / 1000));
  }
  await client.close();
  return { verifyMBs: median(rates) };
}

/** The longest that a timer had to wait while the worker started and loaded: the longest of each load. */
async function measureLoading(): Promise<{ loadMs: number; loadStallMs: number }> {
  const modelFolder = path.resolve(process.argv[2] ?? STARTER);
  const times: number[] = [];
  const stalls: number[] = [];
  for (let run = 0; run < N_LOADS; run++) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const startMs = performance.now();
    const client = new EngineClient(path.join(ROOT, 'dist/worker.js'));
    await client.call('load', { modelFolder, nThreads: 0, device: 'cpu' });
    times.push(performance.now() - startMs);
    delay.disable();
    stalls.push(delay.max / 1e6);
    await client.close();
  }
  return { loadMs: median(times), loadStallMs: median(stalls) };
}
