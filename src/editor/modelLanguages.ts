/** The languages that the chosen model completes, read from its manifest before anything is loaded. */
import { readManifest } from '../model/modelFolder.ts';

export class ModelLanguages {
  readonly #modelFolder: () => string;
  #languages: Promise<readonly string[]> | undefined;

  constructor(modelFolder: () => string) {
    this.#modelFolder = modelFolder;
  }

  /** None where the model cannot be read: loading it will say why. */
  async read(): Promise<readonly string[]> {
    this.#languages ??= readManifest(this.#modelFolder()).then(
      ({ languages }) => languages,
      () => FALLBACK,
    );
    return this.#languages;
  }

  forget(): void {
    this.#languages = undefined;
  }
}

/** A broken model must come to light, so it is tried where most would expect completions. */
const FALLBACK: readonly string[] = ['python', 'sql'];
