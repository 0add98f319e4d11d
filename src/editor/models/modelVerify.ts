/** Compares the files of a model with what was written, and says what it found. */
import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { ListedModel } from '../../model/modelList.ts';
import type { FileState, VerifiedFile } from '../../model/verifyFolder.ts';
import { nameOf } from './modelItem.ts';
import { runWithModel } from './modelProgress.ts';
import type { Workers } from './workers.ts';

export async function verifyModel(model: ListedModel, workers: Workers): Promise<void> {
  const { folder: modelFolder } = model;
  const title = vscode.l10n.t('Verifying {0}', nameOf(model));
  const files = await runWithModel(model, title, (signal, report) =>
    workers.use((client) =>
      client.call(
        'verifyModel',
        { modelFolder },
        { signal, onProgress: (share) => report(vscode.l10n.t('{0} %', Math.floor(share * 100))) },
      ),
    ),
  );
  const damaged = files.filter(({ state }) => state !== 'as-written' && state !== 'nothing-to-compare');
  if (damaged.length > 0) throw damage(nameOf(model), damaged);
  void vscode.window.showInformationMessage(soundness(nameOf(model), files));
}

function soundness(name: string, files: readonly VerifiedFile[]): string {
  const unknown = files.filter(({ state }) => state === 'nothing-to-compare').map((file) => file.name);
  return unknown.length === 0
    ? vscode.l10n.t('{0} is whole: every file is what was written.', name)
    : vscode.l10n.t(
        '{0}: the sizes are right. No checksum was kept of {1}, so there is nothing to compare it with.',
        ...[name, unknown.join(', ')],
      );
}

function damage(name: string, files: readonly VerifiedFile[]): UserError {
  const what = files.map((file) => `${file.name} ${inState(file.state)}`).join(', ');
  return new UserError(
    'bad-model',
    vscode.l10n.t('{0} is damaged: {1}. Remove it, and import it again.', name, what),
  );
}

function inState(state: FileState): string {
  switch (state) {
    case 'missing':
      return vscode.l10n.t('is missing');
    case 'of-another-size':
      return vscode.l10n.t('has another size');
    default:
      return vscode.l10n.t('has been changed');
  }
}
