/**
 * Stands for the hub until one of its commands is used: nothing that could open a connection is even evaluated before.
 */
import type { HubFeatures, HubOptions } from './hub/hubFeatures.ts';

export class HubLoader {
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

  /** Ends what is under way. */
  async close(): Promise<void> {
    await (await this.#features)?.close();
  }

  async #load(): Promise<HubFeatures> {
    this.#features ??= import('./hub/hubFeatures.ts').then(
      ({ HubFeatures }) => new HubFeatures(this.#options),
    );
    return this.#features;
  }
}
