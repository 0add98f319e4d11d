/** When the model is loaded: as soon as a file is open that it completes, and never while it is switched off. */
import * as vscode from 'vscode';
import { isCancelled } from '../base/userError.ts';
import type { EngineHost } from '../client/engineHost.ts';
import { showError } from './notices.ts';
import { isLanguageOn, readSettings } from './settings.ts';
import type { StatusBar } from './statusBar.ts';

export type LifecycleOptions = {
  readonly engine: EngineHost;
  readonly statusBar: StatusBar;
  readonly modelLanguages: () => Promise<readonly string[]>;
  readonly onReady: () => void;
};

export class Lifecycle implements vscode.Disposable {
  readonly #options: LifecycleOptions;
  readonly #subscription: vscode.Disposable;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#subscription = vscode.workspace.onDidOpenTextDocument((document) => void this.#consider(document));
  }

  begin(): void {
    this.#options.statusBar.setEnabled(readSettings().enabled);
    for (const document of vscode.workspace.textDocuments) void this.#consider(document);
  }

  /** @param mustReload what is loaded is no longer what the settings say */
  async settingsChanged(mustReload: boolean): Promise<void> {
    const { enabled } = readSettings();
    this.#options.statusBar.setEnabled(enabled);
    if (!enabled || mustReload) await this.#options.engine.stop();
    this.begin();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** Loads the model if this document wants it. A failure is told once; afterwards the status bar shows it. */
  async #consider({ languageId }: vscode.TextDocument): Promise<void> {
    const { engine, modelLanguages } = this.#options;
    const settings = readSettings();
    if (!settings.enabled || engine.state.kind !== 'off') return;
    if (!isLanguageOn(languageId, settings, await modelLanguages()) || isStarting(engine)) return;
    try {
      await engine.ready();
      this.#options.onReady();
    } catch (error) {
      // It was stopped meanwhile, by whoever has a reason of his own.
      if (isCancelled(error)) return;
      void showError(error);
    }
  }
}

/** Another document may have started it while the manifest was being read. */
function isStarting({ state }: EngineHost): boolean {
  return state.kind !== 'off';
}
