/** The commands of the hub, in a bundle that is loaded with the first of them. */
import type * as vscode from 'vscode';
import type { Logger } from '../../base/logger.ts';
import type { ModelImports } from '../modelImport.ts';
import { AccessTokens } from './accessTokens.ts';
import { GetModel } from './getModel.ts';

export type HubOptions = {
  readonly imports: ModelImports;
  /** Where checkpoints lie until they are imported. */
  readonly downloadsFolder: string;
  readonly secrets: vscode.SecretStorage;
  /** Of this machine: how fast its memory is. */
  readonly memory: vscode.Memento;
  readonly log: Logger;
};

export class HubFeatures {
  readonly #tokens: AccessTokens;
  readonly #getModel: GetModel;

  constructor(options: HubOptions) {
    this.#tokens = new AccessTokens(options.secrets);
    this.#getModel = new GetModel({ ...options, tokens: this.#tokens });
  }

  async getModel(): Promise<void> {
    await this.#getModel.run();
  }

  async setToken(): Promise<void> {
    await this.#tokens.ask();
  }

  dispose(): void {
    this.#getModel.dispose();
  }
}
