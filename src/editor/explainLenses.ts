/** A CodeLens "Explain" over every function and class of Python, where the user has switched it on. */
import * as vscode from 'vscode';
import { inSlices } from '../base/inSlices.ts';
import { isCancelled } from '../base/userError.ts';
import { signalOf } from './cancellation.ts';
import type { ReadingRules } from './readingRules.ts';
import { affects, readSettings } from './settings.ts';

export class ExplainLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #readingRules: ReadingRules;
  readonly #following: vscode.Disposable;
  #registration: vscode.Disposable | undefined;

  constructor(readingRules: ReadingRules) {
    this.#readingRules = readingRules;
    this.#following = vscode.workspace.onDidChangeConfiguration((event) => {
      if (affects(event, 'enabled', 'explain.codeLens')) this.#follow();
    });
    this.#follow();
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    if ((await this.#readingRules.reasonNotToRead(document)) !== undefined) return [];
    const { readPython } = await import('../python/bundle.ts');
    const title = vscode.l10n.t('Explain');
    try {
      const { definitions } = await inSlices(readPython(document.getText()), signalOf(token));
      return definitions.map(({ start }) => {
        const { line } = document.positionAt(start);
        const command = { title, command: 'gptj.explain', arguments: [document.uri, line] };
        return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command);
      });
    } catch (error) {
      if (isCancelled(error)) return [];
      throw error;
    }
  }

  dispose(): void {
    this.#following.dispose();
    this.#registration?.dispose();
  }

  /** Where it is off, there is no provider, and no file is read for it. */
  #follow(): void {
    const { enabled, 'explain.codeLens': isWanted } = readSettings();
    this.#registration?.dispose();
    this.#registration =
      enabled && isWanted
        ? vscode.languages.registerCodeLensProvider({ language: 'python' }, this)
        : undefined;
  }
}
