/** The models on this machine, and what is said where the chosen one was not made for a task. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { weightsBytes } from '../../model/manifest.ts';
import { readManifest } from '../../model/modelFolder.ts';
import type { ModelSummary } from '../../model/generation.ts';
import { abilityOf, CAPABLE_MODEL, proposal, type Candidate } from '../../tasks/ability.ts';
import { writeSetting } from '../settings.ts';

export class InstalledModels {
  readonly #modelsFolder: string;

  constructor(modelsFolder: string) {
    this.#modelsFolder = modelsFolder;
  }

  /** A model that can do the task in place of the one that runs; undefined where there is none. */
  async proposalFor(taskId: string): Promise<Candidate | undefined> {
    const names = await readdir(this.#modelsFolder).catch(() => []);
    const found = await Promise.all(names.map((name) => candidateIn(path.join(this.#modelsFolder, name))));
    return proposal(
      taskId,
      found.filter((candidate) => candidate !== undefined),
    );
  }
}

async function candidateIn(folder: string): Promise<Candidate | undefined> {
  const manifest = await readManifest(folder).catch(() => undefined);
  if (manifest === undefined) return undefined;
  const { name, prompts } = manifest;
  return { name, folder, prompts, weightsBytes: weightsBytes(manifest) };
}

/** Whether the model was made for it, or does not say, or else the user wants to see what comes of it. */
export async function mayRun(
  { id, title }: { readonly id: string; readonly title: string },
  model: Pick<ModelSummary, 'name' | 'prompts'>,
  models: InstalledModels,
): Promise<boolean> {
  if (abilityOf(model.prompts, id) !== 'not-made-for-it') return true;
  const other = await models.proposalFor(id);
  const runAnyway = { title: vscode.l10n.t('Run Anyway') };
  const instead = {
    title: other === undefined ? vscode.l10n.t('Get a Model…') : vscode.l10n.t('Use {0}', other.name),
  };
  const message = notMadeForIt(model.name, title, other);
  const picked = await vscode.window.showWarningMessage(message, { modal: true }, instead, runAnyway);
  if (picked === instead) await takeInstead(other);
  return picked === runAnyway;
}

export function notMadeForIt(modelName: string, title: string, other: Candidate | undefined): string {
  return other === undefined
    ? vscode.l10n.t(
        '{0} was not made for "{1}", so its answer will make little sense. {2} can do it: get it with "GPT-J: Get a Model…".',
        ...[modelName, title, CAPABLE_MODEL],
      )
    : vscode.l10n.t(
        '{0} was not made for "{1}", so its answer will make little sense. {2} is installed and can do it.',
        ...[modelName, title, other.name],
      );
}

export async function takeInstead(other: Candidate | undefined): Promise<void> {
  if (other === undefined) await vscode.commands.executeCommand('gptj.getModel');
  else await writeSetting('modelFolder', other.folder);
}
