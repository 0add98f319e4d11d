/**
 * Stands for the hub until one of its commands is used: nothing that could open a connection is even evaluated before.
 */
import type * as vscode from 'vscode';
import type { HubFeatures, HubOptions } from './hub/hubFeatures.ts';

export class HubLoader implements vscode.Disposable {
  readonly #options: HubOptions;
  #features: Promise<HubFeatures> | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  async getModel(): Promise<void> {
    await (await this.#load()).getModel();
  }

  async setToken(): Promise<void> {
    await (await this.#load()).setToken();
  }

  dispose(): void {
    void this.#features?.then((features) => features.dispose());
  }

  async #load(): Promise<HubFeatures> {
    this.#features ??= import('./hub/hubFeatures.ts').then(
      ({ HubFeatures }) => new HubFeatures(this.#options),
    );
    return this.#features;
  }
}
