/** What a model will take, by its configuration alone: before its weights have been fetched. */
import { modelSize, type ModelSize } from '../model/modelSize.ts';
import type { TensorForm } from '../model/tensors.ts';
import { CONFIG_FILE, parseCheckpointConfig } from './checkpointConfig.ts';
import { readText } from './checkpointFiles.ts';

/** Fails where it is no model of the family. */
export async function planImport(folder: string, form: TensorForm): Promise<ModelSize> {
  const { architecture } = parseCheckpointConfig(await readText(folder, CONFIG_FILE));
  return modelSize(architecture, form);
}
