/** The list of models, and what can be done with them: joined, in a bundle that is loaded with their first use. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineHost } from '../../client/engineHost.ts';
import type { ModelUses } from '../../client/modelUses.ts';
import { freeDiskBytes } from '../../hub/disk.ts';
import { listModels, type ListedModel } from '../../model/modelList.ts';
import { ModelSpeeds } from '../../model/modelSpeeds.ts';
import { readSettings } from '../settings.ts';
import { ModelChecks } from './modelChecks.ts';
import { importFolder } from './folderImport.ts';
import { ModelImports } from './modelImport.ts';
import { itemOf, type ItemFacts } from './modelItem.ts';
import { measure } from './modelMeasure.ts';
import { pickModel } from './modelPick.ts';
import { removeModel } from './modelRemove.ts';
import { switchModel } from './modelSwitch.ts';
import { verifyModel } from './modelVerify.ts';
import { gigabytes } from './sizes.ts';
import { Workers } from './workers.ts';

export type ModelFeatureOptions = {
  readonly engine: EngineHost;
  readonly uses: ModelUses;
  readonly workerFile: string;
  readonly starter: string;
  readonly modelsFolder: string;
  /** Where speeds are kept. */
  readonly storage: string;
  /** What is shown has changed. */
  readonly refresh: () => void;
  /** Says something beside the title of the list. */
  readonly describe: (text: string) => void;
};

export type ModelAction = 'importFolder' | 'switchTo' | 'measure' | 'verify' | 'remove';

export class ModelFeatures {
  readonly #options: ModelFeatureOptions;
  readonly #workers: Workers;
  readonly #speeds: ModelSpeeds;
  readonly #checks: ModelChecks;
  readonly #imports: ModelImports;
  #facts = new Map<string, ItemFacts>();

  constructor(options: ModelFeatureOptions) {
    const { workerFile, storage, modelsFolder, engine } = options;
    this.#options = options;
    this.#workers = new Workers(workerFile);
    this.#speeds = new ModelSpeeds(storage);
    this.#checks = new ModelChecks({ engine, workers: this.#workers, speeds: this.#speeds });
    this.#imports = new ModelImports({ workers: this.#workers, modelsFolder });
  }

  async list(): Promise<ListedModel[]> {
    const models = await this.#models();
    const speeds = await this.#speeds.read();
    const facts = models.map(async (model): Promise<[string, ItemFacts]> => {
      const { folder, content } = model;
      const users = await this.#options.uses.users(folder);
      return [folder, { speed: content.kind === 'whole' ? speeds.get(content.id) : undefined, users }];
    });
    this.#facts = new Map(await Promise.all(facts));
    void this.#describeDisk();
    return models;
  }

  itemOf(model: ListedModel): vscode.TreeItem {
    return itemOf(model, this.#facts.get(model.folder) ?? { speed: undefined, users: [] });
  }

  async importFolder(): Promise<void> {
    await importFolder(this.#imports, this.#checks);
    this.#options.refresh();
  }

  async switchTo(model?: ListedModel): Promise<void> {
    const isOffered = ({ isChosen, content }: ListedModel) => !isChosen && content.kind === 'whole';
    const title = vscode.l10n.t('Switch to Which Model?');
    const picked = model ?? (await pickModel(await this.#models(), isOffered, title));
    if (picked !== undefined) await switchModel(picked, this.#checks);
  }

  /** Of the model that is chosen: another one would have to be loaded in its place. */
  async measure(): Promise<void> {
    const chosen = (await this.#models()).find(({ isChosen }) => isChosen);
    if (chosen !== undefined) await measure(chosen, { engine: this.#options.engine, speeds: this.#speeds });
    this.#options.refresh();
  }

  async verify(model?: ListedModel): Promise<void> {
    const title = vscode.l10n.t('Verify Which Model?');
    const picked = model ?? (await pickModel(await this.#models(), () => true, title));
    if (picked !== undefined) await verifyModel(picked, this.#workers);
  }

  async remove(model?: ListedModel): Promise<void> {
    const isOffered = ({ isChosen, place }: ListedModel) => !isChosen && place === 'installed';
    const title = vscode.l10n.t('Remove Which Model?');
    const picked = model ?? (await pickModel(await this.#models(), isOffered, title));
    if (picked !== undefined) await removeModel(picked, this.#options);
    this.#options.refresh();
  }

  /** Ends the imports and verifications under way; what has been written is removed. */
  async close(): Promise<void> {
    await this.#workers.close();
  }

  async #models(): Promise<ListedModel[]> {
    const { starter, modelsFolder } = this.#options;
    return listModels({ starter, modelsFolder, chosen: readSettings().modelFolder || starter });
  }

  async #describeDisk(): Promise<void> {
    const freeBytes = await freeDiskBytes(path.dirname(this.#options.modelsFolder));
    if (freeBytes !== undefined)
      this.#options.describe(vscode.l10n.t('{0} GB of disk free', gigabytes(freeBytes)));
  }
}
