/** "Why Was Nothing Shown?": the last decisions in a read-only document, newest first. */
import * as vscode from 'vscode';
import { accountOf, type Decision, type Decisions } from '../completion/decisions.ts';
import { inWords } from './sentences.ts';

const SCHEME = 'gptj-decisions';

export class DecisionView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #decisions: Decisions;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  readonly #uri = vscode.Uri.from({ scheme: SCHEME, path: vscode.l10n.t('Why Was Nothing Shown') });
  readonly onDidChange = this.#changed.event;

  constructor(decisions: Decisions) {
    this.#decisions = decisions;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(): string {
    const decisions = this.#decisions.newestFirst();
    const heading =
      decisions.length === 0
        ? vscode.l10n.t('GPT-J has not been asked yet. Type something in a file that it completes.')
        : vscode.l10n.t(
            'What GPT-J has decided lately ({0}), newest first. Nothing of your code is kept here.',
            decisions.length,
          );
    return `${[heading, ...decisions.map(paragraphOf)].join('\n\n')}\n`;
  }

  /** Shows it, with what has been decided by now. */
  async show(): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.#uri);
    this.#changed.fire(this.#uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

function paragraphOf(decision: Decision): string {
  const { timeMs, fileName, line, languageId } = decision;
  const { outcome, nextStep } = accountOf(decision);
  const time = new Date(timeMs).toLocaleTimeString();
  return [
    vscode.l10n.t('{0}  {1}, line {2} ({3})', time, fileName, line, languageId),
    ...[outcome, nextStep].flatMap((sentence) => (sentence === undefined ? [] : [`  ${inWords(sentence)}`])),
  ].join('\n');
}
