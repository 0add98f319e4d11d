/** What the user should know, with what can be done about it as buttons: a notice, though nothing has failed, or an error. */
import * as vscode from 'vscode';
import type { Sentence } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { inWords, sentenceOf } from './sentences.ts';

export async function showNotice(notice: Sentence): Promise<void> {
  const actions = [
    { title: vscode.l10n.t('Show Log'), command: 'gptj.showLog' },
    { title: vscode.l10n.t('Restart'), command: 'gptj.restart' },
  ];
  await run(await vscode.window.showWarningMessage(inWords(notice), ...actions));
}

export async function showError(error: unknown): Promise<void> {
  const actions = isHeldElsewhere(error)
    ? [{ title: vscode.l10n.t('Use It in This Window'), command: 'gptj.takeOver' }]
    : [];
  await run(await vscode.window.showErrorMessage(sentenceOf(error), ...actions));
}

/** Another window has the model, which can be had here. */
export function isHeldElsewhere(error: unknown): boolean {
  return error instanceof UserError && error.code === 'held';
}

async function run(picked: { readonly command: string } | undefined): Promise<void> {
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}
