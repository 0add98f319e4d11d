/** The commands of the hub, in a bundle that is loaded with the first of them. */
import type * as vscode from 'vscode';
import type { Logger } from '../../base/logger.ts';
import { ModelImports } from '../models/modelImport.ts';
import { Workers } from '../models/workers.ts';
import { AccessTokens } from './accessTokens.ts';
import { GetModel } from './getModel.ts';

export type HubOptions = {
  readonly workerFile: string;
  /** Where model folders are kept. */
  readonly modelsFolder: string;
  /** There is a model that was not there before. */
  readonly onImported: () => void;
  /** Where checkpoints lie until they are imported. */
  readonly downloadsFolder: string;
  readonly secrets: vscode.SecretStorage;
  /** Of this machine: how fast its memory is. */
  readonly memory: vscode.Memento;
  readonly log: Logger;
};

export class HubFeatures {
  readonly #tokens: AccessTokens;
  readonly #workers: Workers;
  readonly #getModel: GetModel;

  constructor(options: HubOptions) {
    this.#tokens = new AccessTokens(options.secrets);
    this.#workers = new Workers(options.workerFile);
    const imports = new ModelImports({ workers: this.#workers, modelsFolder: options.modelsFolder });
    this.#getModel = new GetModel({ ...options, imports, workers: this.#workers, tokens: this.#tokens });
  }

  async getModel(): Promise<void> {
    await this.#getModel.run();
  }

  async setToken(): Promise<void> {
    await this.#tokens.ask();
  }

  /** Ends downloads and imports under way; what has arrived of a download stays. */
  async close(): Promise<void> {
    this.#getModel.dispose();
    await this.#workers.close();
  }
}
