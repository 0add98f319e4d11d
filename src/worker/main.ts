/** Entry of the engine's thread, or process: joins the protocol to the engine and the importer. */
import { Engine } from '../engine/engine.ts';
import { readDescription } from '../importer/description.ts';
import { importModel } from '../importer/importModel.ts';
import { writeSyntheticModel } from '../importer/syntheticModel.ts';
import { FP32, type TensorForm } from '../model/tensors.ts';
import { measureBandwidth } from '../onnx/bandwidth.ts';
import { probeProviders } from '../onnx/providers.ts';
import type { EngineCalls, ImportParams } from '../protocol/calls.ts';
import { serve } from '../protocol/server.ts';
import { grammarOf } from '../sql/grammar/sqlGrammar.ts';
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
  generate: async (request, { signal, onProgress }) => {
    const generated = await work.during(() => engine.generate(request, { signal, onProgress }));
    if (generated.movedTo !== undefined) work.movedTo(generated.movedTo.device);
    return generated;
  },
  logits: ({ ids, chunkTokens }) => engine.logits(ids, chunkTokens),
  score: ({ text }) => engine.score(text),
  replayDrafts: (params) => engine.replayDrafts(params),
  probeProviders: () => probeProviders(),
  measureBandwidth: ({ nThreads }) => measureBandwidth(nThreads),
  importModel: async (params, { signal, onProgress }) => {
    const description = params.about === undefined ? {} : await readDescription(params.about);
    return importModel(
      { checkpoint: params.checkpoint, out: params.out, formOf: () => formOf(params), description },
      {
        signal: AbortSignal.any([signal, closing.signal]),
        onProgress: ({ tensor, doneElements, totalElements }) =>
          onProgress?.({ tensor, doneShare: doneElements / totalElements }),
      },
    );
  },
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

async function leave(): Promise<void> {
  closing.abort();
  await engine.close();
  // After the answers have gone out.
  setImmediate(() => port.close());
}

function formOf({ bits, block }: Pick<ImportParams, 'bits' | 'block'>): TensorForm {
  return bits === 32 ? FP32 : { kind: 'blocks', bits, block };
}
