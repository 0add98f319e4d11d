/** Removes an installed model that nobody uses: into the trash where there is one, or else for ever. */
import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { ModelUses } from '../../client/modelUses.ts';
import type { ListedModel } from '../../model/modelList.ts';
import { checkRemovable, deleteFolder } from '../../model/modelRemoval.ts';
import { nameOf } from './modelItem.ts';
import { sizeOf } from './sizes.ts';

export type Removing = { readonly uses: ModelUses; readonly modelsFolder: string };

export async function removeModel(model: ListedModel, { uses, modelsFolder }: Removing): Promise<void> {
  const { folder, place, isChosen } = model;
  if (place === 'starter')
    throw refusal(vscode.l10n.t('The starter model comes with the extension and stays.'));
  if (isChosen)
    throw refusal(vscode.l10n.t('{0} is the model that is chosen. Switch to another one first.', nameOf(model)));
  await checkRemovable(folder, modelsFolder);
  if (!(await isConfirmed(model))) return;
  await uses.removing(folder, async () => {
    if (await toTrash(folder)) return;
    const forever = vscode.l10n.t('Delete For Ever');
    const message = vscode.l10n.t('There is no trash here. Delete {0} for ever?', nameOf(model));
    if ((await vscode.window.showWarningMessage(message, { modal: true }, forever)) === forever)
      await deleteFolder(folder);
  });
}

async function isConfirmed(model: ListedModel): Promise<boolean> {
  const remove = vscode.l10n.t('Move to Trash');
  const message = vscode.l10n.t('Remove {0}?', nameOf(model));
  const { content, folder } = model;
  const size = content.kind === 'whole' ? `${sizeOf(content.demand.weightsBytes)}, ` : '';
  const picked = await vscode.window.showWarningMessage(
    message,
    { modal: true, detail: `${size}${folder}` },
    remove,
  );
  return picked === remove;
}

/** False where the system has none. */
async function toTrash(folder: string): Promise<boolean> {
  return vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true, useTrash: true }).then(
    () => true,
    () => false,
  );
}

function refusal(sentence: string): UserError {
  return new UserError('bad-argument', sentence);
}
