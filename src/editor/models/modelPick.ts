/** Which model, for a command that was not chosen in the list. */
import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { ListedModel } from '../../model/modelList.ts';
import { nameOf, summaryOf } from './modelItem.ts';

export async function pickModel(
  models: readonly ListedModel[],
  isOffered: (model: ListedModel) => boolean,
  title: string,
): Promise<ListedModel | undefined> {
  const entries = models.filter(isOffered).map((model) => ({ label: nameOf(model), model, ...more(model) }));
  if (entries.length === 0)
    throw new UserError(
      'bad-argument',
      vscode.l10n.t('There is no other model. Get one with "GPT-J: Get a Model…".'),
    );
  return (await vscode.window.showQuickPick(entries, { title }))?.model;
}

function more({ folder, content }: ListedModel): { readonly description: string; readonly detail?: string } {
  return content.kind === 'whole'
    ? { description: summaryOf(content, { speed: undefined, users: [] }) }
    : { description: vscode.l10n.t('cannot be used'), detail: folder };
}
