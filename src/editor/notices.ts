/** What the user should know although nothing has failed: where the model runs now, and what to do about it. */
import * as vscode from 'vscode';
import type { Sentence } from '../base/sentence.ts';
import { inWords } from './sentences.ts';

export async function showNotice(notice: Sentence): Promise<void> {
  const actions = [
    { title: vscode.l10n.t('Show Log'), command: 'gptj.showLog' },
    { title: vscode.l10n.t('Restart'), command: 'gptj.restart' },
  ];
  const picked = await vscode.window.showWarningMessage(inWords(notice), ...actions);
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}
