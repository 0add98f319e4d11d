/** "Import a Model…": a checkpoint on this machine becomes a model folder of the extension's. */
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { EngineClient } from '../client/engineClient.ts';
import { readManifest } from '../model/modelFolder.ts';
import type { ModelSize } from '../model/modelSize.ts';
import type { ImportParams, ImportStep, PlanParams } from '../protocol/calls.ts';
import { signalOf } from './cancellation.ts';
import { writeSetting } from './settings.ts';

export type ModelImportOptions = {
  readonly workerFile: string;
  /** Where model folders are kept. */
  readonly modelsFolder: string;
};

/** Imports under way, so that closing the window ends them cleanly. */
export class ModelImports {
  readonly #options: ModelImportOptions;
  readonly #running = new Set<EngineClient>();

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
    const { bits, block } = precision;
    await this.import({ checkpoint: folder.fsPath, out: this.folderOf(name), bits, block });
    await this.offerToUse(name);
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
    return this.#inThread((client) => client.call('planImport', params));
  }

  /** What this machine reads from memory, in bytes a second. It takes a second or two of all processors. */
  async measureBandwidth(): Promise<number> {
    return this.#inThread((client) =>
      client.call('measureBandwidth', { nThreads: os.availableParallelism() }),
    );
  }

  /** In a thread of its own, so that completions go on meanwhile. */
  async import(params: ImportParams): Promise<void> {
    const title = vscode.l10n.t('Importing {0}', params.name ?? path.basename(params.checkpoint));
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await this.#inThread((client) =>
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

  /** Ends the imports under way; what they have written is removed. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((client) => client.close()));
  }

  async #inThread<T>(use: (client: EngineClient) => PromiseLike<T>): Promise<T> {
    const client = new EngineClient(this.#options.workerFile);
    this.#running.add(client);
    try {
      return await use(client);
    } finally {
      this.#running.delete(client);
      await client.close();
    }
  }
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
