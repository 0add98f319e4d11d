/** Loads of the reference model with a folder in which is kept what was learned of devices. */
import path from 'node:path';
import { spell } from '../../src/base/sentence.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Device, LoadOptions } from '../../src/model/device.ts';
import { GREEDY, type GenerateRequest, type ModelSummary } from '../../src/model/generation.ts';
import { FP32 } from '../../src/model/tensors.ts';
import { importGolden, withTempFolder } from './goldenModel.ts';

export type Load = (options?: Partial<LoadOptions>) => Promise<ModelSummary>;

/** Model and folder are the same for every load. The engine is closed in the end. */
export async function withLoads(
  engine: Engine,
  use: (load: Load, stateFolder: string) => Promise<void>,
): Promise<void> {
  await withTempFolder(async (temp) => {
    const modelFolder = path.join(temp, 'model');
    const stateFolder = path.join(temp, 'state');
    await importGolden('safetensors-f32', modelFolder, FP32);
    const load: Load = (options = {}) =>
      engine.load({ modelFolder, stateFolder, nThreads: 1, device: 'auto', ...options });
    await use(load, stateFolder);
    await engine.close();
  });
}

export const greedyTask = (ids: readonly number[], maxTokens = 16): GenerateRequest => ({
  ...{ prompt: { kind: 'ids', ids }, maxTokens, sampling: GREEDY, stop: [], priority: 'task' },
});

/** Why a device was not taken. */
export function problemOf(summary: ModelSummary, device: Device): string | undefined {
  const problem = summary.considered.find((report) => report.device === device)?.problem;
  return problem === undefined ? undefined : spell(problem);
}
