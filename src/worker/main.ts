/** Entry of the engine's thread, or process: joins the protocol to the engine and the importer. */
import { Engine } from '../engine/engine.ts';
import { readDescription } from '../importer/description.ts';
import type { ImportHooks } from '../importer/convertTensors.ts';
import { importModel } from '../importer/importModel.ts';
import { planImport } from '../importer/importPlan.ts';
import { writeSyntheticModel } from '../importer/syntheticModel.ts';
import { TimeLeft } from '../importer/timeLeft.ts';
import type { ModelSummary } from '../model/generation.ts';
import { FP32, type TensorForm } from '../model/tensors.ts';
import { verifyFolder } from '../model/verifyFolder.ts';
import { measureBandwidth } from '../onnx/bandwidth.ts';
import { probeProviders } from '../onnx/providers.ts';
import type { EngineCalls, ImportParams } from '../protocol/calls.ts';
import { serve } from '../protocol/server.ts';
import { grammarOf } from '../sql/grammar/sqlGrammar.ts';
import { withRowConverters } from './rowConverters.ts';
import { workerPort } from './workerPort.ts';
import { WorkRecord } from './workRecord.ts';

const port = workerPort();
const engine = new Engine(grammarOf);
const work = new WorkRecord();
const closing = new AbortController();

serve<EngineCalls>(port, {
  load: async (params) => {
    const model = await engine.load(params);
    work.loaded(params, model.device);
    return model;
  },
  generate: (request, { signal, onProgress }) =>
    atWork(() => engine.generate(request, { signal, onProgress })),
  scoreContinuations: (request, { signal }) => atWork(() => engine.scoreContinuations(request, { signal })),
  logits: ({ ids, chunkTokens }) => engine.logits(ids, chunkTokens),
  score: ({ text }) => engine.score(text),
  replayDrafts: (params) => engine.replayDrafts(params),
  probeProviders: () => probeProviders(),
  measureBandwidth: ({ nThreads }) => measureBandwidth(nThreads),
  planImport: (params) => planImport(params.checkpoint, formOf(params)),
  importModel: async (params, { signal, onProgress }) => {
    const { about, name } = params;
    const description = {
      ...(name !== undefined && { name }),
      ...(about !== undefined && (await readDescription(about))),
    };
    const timeLeft = new TimeLeft(() => performance.now());
    const hooks: ImportHooks = {
      signal: AbortSignal.any([signal, closing.signal]),
      onProgress: ({ tensor, doneElements, totalElements }) => {
        const doneShare = doneElements / totalElements;
        const leftMs = timeLeft.leftMs(doneShare);
        onProgress?.({ tensor, doneShare, ...(leftMs !== undefined && { leftMs }) });
      },
    };
    const { checkpoint, out } = params;
    return withRowConverters((converter) =>
      importModel({ checkpoint, out, formOf: () => formOf(params), description, converter }, hooks),
    );
  },
  verifyModel: ({ modelFolder }, { signal, onProgress }) =>
    verifyFolder(modelFolder, { signal: AbortSignal.any([signal, closing.signal]), onProgress }),
  writeSyntheticModel: async ({ out, name, architecture, ...form }) => {
    await writeSyntheticModel(out, { name, architecture, matrixForm: formOf(form), tokenizer: 'gpt2' });
    return undefined;
  },
  close: async () => {
    await leave();
    return undefined;
  },
});
port.onLeft(() => void leave());

async function atWork<T extends { readonly movedTo?: ModelSummary }>(run: () => Promise<T>): Promise<T> {
  const result = await work.during(run);
  if (result.movedTo !== undefined) work.movedTo(result.movedTo.device);
  return result;
}

async function leave(): Promise<void> {
  closing.abort();
  await engine.close();
  // After the answers have gone out.
  setImmediate(() => port.close());
}

function formOf({ bits, block }: Pick<ImportParams, 'bits' | 'block'>): TensorForm {
  return bits === 32 ? FP32 : { kind: 'blocks', bits, block };
}
