/** Chooses another model; the settings say so, and every window follows them. */
import type { ListedModel } from '../../model/modelList.ts';
import { writeSetting } from '../settings.ts';
import type { ModelChecks } from './modelChecks.ts';

export async function switchModel(model: ListedModel, checks: ModelChecks): Promise<void> {
  const { folder, place, isChosen, content } = model;
  if (isChosen) return;
  if (content.kind === 'damaged') throw content.error;
  if (!(await checks.isWanted(content.name, content.demand, content.id))) return;
  await writeSetting('modelFolder', place === 'starter' ? '' : folder);
}
