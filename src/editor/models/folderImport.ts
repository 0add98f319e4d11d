/** "Import a Model…": asks for the folder of a checkpoint and how exactly to keep it, and looks whether there is room. */
import path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import { freeDiskBytes } from '../../hub/disk.ts';
import { reasonAgainstDisk } from '../../model/modelFit.ts';
import type { ImportParams } from '../../protocol/calls.ts';
import type { ModelChecks } from './modelChecks.ts';
import type { ModelImports } from './modelImport.ts';

export async function importFolder(imports: ModelImports, checks: ModelChecks): Promise<void> {
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
  const params = { checkpoint: folder.fsPath, out: imports.folderOf(name), bits, block };
  const size = await imports.plan(params);
  const freeBytes = await freeDiskBytes(imports.modelsFolder);
  const shortage = freeBytes === undefined ? undefined : reasonAgainstDisk(size.weightsBytes, freeBytes);
  if (shortage !== undefined) throw new UserError('disk', shortage);
  if (!(await checks.isWanted(name, size, ''))) return;
  await imports.import(params);
  await imports.offerToUse(name);
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
