/** Entry of the engine's thread: joins the protocol to the engine and the importer. */
import { parentPort } from 'node:worker_threads';
import { present } from '../base/assert.ts';
import { Engine } from '../engine/engine.ts';
import { readDescription } from '../importer/description.ts';
import { importModel } from '../importer/importModel.ts';
import { writeSyntheticModel } from '../importer/syntheticModel.ts';
import { FP32, type TensorForm } from '../model/tensors.ts';
import { measureBandwidth } from '../onnx/bandwidth.ts';
import { probeProviders } from '../onnx/providers.ts';
import type { EngineCalls, ImportParams } from '../protocol/calls.ts';
import { serve } from '../protocol/server.ts';

const port = present(parentPort ?? undefined, 'the port of a worker thread');
const engine = new Engine();
const closing = new AbortController();

serve<EngineCalls>(port, {
  load: (params) => engine.load(params),
  generate: (request, { signal, onProgress }) => engine.generate(request, { signal, onText: onProgress }),
  logits: ({ ids, chunkTokens }) => engine.logits(ids, chunkTokens),
  score: ({ text }) => engine.score(text),
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
    closing.abort();
    await engine.close();
    // After the answer has gone out, since a closed port sends nothing. Then nothing is left to do, and the thread ends.
    setImmediate(() => port.close());
    return undefined;
  },
});

function formOf({ bits, block }: Pick<ImportParams, 'bits' | 'block'>): TensorForm {
  return bits === 32 ? FP32 : { kind: 'blocks', bits, block };
}
