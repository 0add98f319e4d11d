/** "Import a Model…": a checkpoint on this machine becomes a model folder of the extension's. */
import path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { EngineClient } from '../../client/engineClient.ts';
import { reasonAgainstDisk } from '../../model/modelFit.ts';
import type { ImportParams, ImportStep } from '../../protocol/calls.ts';
import { signalOf } from '../cancellation.ts';
import { writeSetting } from '../settings.ts';
import { freeDiskBytes, type ModelChecks } from './modelChecks.ts';
import type { Workers } from './workers.ts';

export type ModelImportOptions = {
  readonly workers: Workers;
  readonly checks: ModelChecks;
  /** Where model folders are kept. */
  readonly modelsFolder: string;
};

export class ModelImports {
  readonly #options: ModelImportOptions;

  constructor(options: ModelImportOptions) {
    this.#options = options;
  }

  async importFolder(): Promise<void> {
    const [folder] =
      (await vscode.window.showOpenDialog({
        canSelectFolders: true,
        canSelectFiles: false,
        openLabel: vscode.l10n.t('Import'),
        title: vscode.l10n.t(
          'Folder of a GPT-J or CodeGen checkpoint (config.json with safetensors or PyTorch files)',
        ),
      })) ?? [];
    const precision = folder === undefined ? undefined : await askPrecision();
    if (folder === undefined || precision === undefined) return;
    const name = `${path.basename(folder.fsPath)}-${precision.label}`;
    const out = path.join(this.#options.modelsFolder, name);
    const params = { checkpoint: folder.fsPath, out, bits: precision.bits, block: precision.block };
    if (!(await this.#options.workers.use((client) => this.#checkAndImport(client, name, params)))) return;

    const use = vscode.l10n.t('Use It Now');
    const message = vscode.l10n.t('{0} has been imported.', name);
    if ((await vscode.window.showInformationMessage(message, use)) === use)
      await writeSetting('modelFolder', out);
  }

  /** In a thread of its own, so that completions go on meanwhile. False where the user changed his mind. */
  async #checkAndImport(client: EngineClient, name: string, params: ImportParams): Promise<boolean> {
    const { checks, modelsFolder } = this.#options;
    const demand = await client.call('planImport', params);
    const freeBytes = await freeDiskBytes(modelsFolder);
    const shortage = freeBytes === undefined ? undefined : reasonAgainstDisk(demand.weightsBytes, freeBytes);
    if (shortage !== undefined) throw new UserError('disk', shortage);
    if (!(await checks.isWanted(name, demand, ''))) return false;
    await importWith(client, params);
    return true;
  }
}

async function importWith(client: EngineClient, params: ImportParams): Promise<void> {
  const title = vscode.l10n.t('Importing {0}', path.basename(params.checkpoint));
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  await vscode.window.withProgress(options, async (progress, token) => {
    let shown = 0;
    const onProgress = ({ doneShare, leftMs }: ImportStep) => {
      const percent = Math.floor(doneShare * 100);
      if (percent === shown) return;
      progress.report({ increment: percent - shown, message: howFar(percent, leftMs) });
      shown = percent;
    };
    await client.call('importModel', params, { signal: signalOf(token), onProgress });
  });
}

function howFar(percent: number, leftMs: number | undefined): string {
  if (leftMs === undefined) return vscode.l10n.t('{0} %', percent);
  const seconds = Math.ceil(leftMs / 1000);
  return seconds < 100
    ? vscode.l10n.t('{0} %, {1} s left', percent, seconds)
    : vscode.l10n.t('{0} %, {1} min left', percent, Math.round(seconds / 60));
}

type Precision = vscode.QuickPickItem & Pick<ImportParams, 'bits' | 'block'>;

async function askPrecision(): Promise<Precision | undefined> {
  const choices: Precision[] = [
    { label: '4-bit', bits: 4, block: 64, description: vscode.l10n.t('smallest and fastest') },
    {
      label: '8-bit',
      bits: 8,
      block: 32,
      description: vscode.l10n.t('close to the original, twice the size'),
    },
    { label: 'fp32', bits: 32, block: 32, description: vscode.l10n.t('exact, eight times the size') },
  ];
  return vscode.window.showQuickPick(choices, {
    title: vscode.l10n.t('How exactly should the weights be kept?'),
  });
}
