/** A checkpoint on this machine becomes a model folder of the extension's, in a worker of its own. */
import path from 'node:path';
import * as vscode from 'vscode';
import { readManifest } from '../../model/modelFolder.ts';
import type { ModelSize } from '../../model/modelSize.ts';
import type { ImportParams, ImportStep, PlanParams } from '../../protocol/calls.ts';
import { signalOf } from '../cancellation.ts';
import { writeSetting } from '../settings.ts';
import type { Workers } from './workers.ts';

export type ModelImportOptions = {
  readonly workers: Workers;
  /** Where model folders are kept. */
  readonly modelsFolder: string;
};

export class ModelImports {
  readonly #options: ModelImportOptions;

  constructor(options: ModelImportOptions) {
    this.#options = options;
  }

  get modelsFolder(): string {
    return this.#options.modelsFolder;
  }

  /** Where the model of this name is, or would be. */
  folderOf(name: string): string {
    return path.join(this.#options.modelsFolder, name);
  }

  async has(name: string): Promise<boolean> {
    return (await readManifest(this.folderOf(name)).catch(() => undefined)) !== undefined;
  }

  /** What the model will take whose `config.json` is there already. */
  async plan(params: PlanParams): Promise<ModelSize> {
    return this.#options.workers.use((client) => client.call('planImport', params));
  }

  async import(params: ImportParams): Promise<void> {
    const title = vscode.l10n.t('Importing {0}', params.name ?? path.basename(params.checkpoint));
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await this.#options.workers.use(async (client) =>
      vscode.window.withProgress(options, async (progress, token) => {
        let shown = 0;
        const onProgress = ({ doneShare, leftMs }: ImportStep) => {
          const percent = Math.floor(doneShare * 100);
          if (percent === shown) return;
          progress.report({ increment: percent - shown, message: howFar(percent, leftMs) });
          shown = percent;
        };
        await client.call('importModel', params, { signal: signalOf(token), onProgress });
      }),
    );
  }

  async offerToUse(name: string): Promise<void> {
    const use = vscode.l10n.t('Use It Now');
    const message = vscode.l10n.t('{0} has been imported.', name);
    if ((await vscode.window.showInformationMessage(message, use)) === use)
      await writeSetting('modelFolder', this.folderOf(name));
  }
}

function howFar(percent: number, leftMs: number | undefined): string {
  if (leftMs === undefined) return vscode.l10n.t('{0} %', percent);
  const seconds = Math.ceil(leftMs / 1000);
  return seconds < 100
    ? vscode.l10n.t('{0} %, {1} s left', percent, seconds)
    : vscode.l10n.t('{0} %, {1} min left', percent, Math.round(seconds / 60));
}
