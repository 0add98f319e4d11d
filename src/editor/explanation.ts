/** "Explain Selected Python": the answer grows in a read-only document beside the code. */
import * as vscode from 'vscode';
import { UserError } from '../base/userError.ts';
import type { EngineHost } from '../client/engineHost.ts';
import { explain, readExplanation } from '../tasks/explain.ts';
import { runTask } from './runTask.ts';

const SCHEME = 'gptj-explanation';

export class Explanations implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #engine: EngineHost;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  readonly #uri = vscode.Uri.from({ scheme: SCHEME, path: `${vscode.l10n.t('Explanation')}.md` });
  readonly onDidChange = this.#changed.event;
  #content = '';

  constructor(engine: EngineHost) {
    this.#engine = engine;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(): string {
    return this.#content;
  }

  async explainSelection(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== 'python') {
      throw new UserError(
        'bad-argument',
        vscode.l10n.t('Open a Python file and select what you want explained.'),
      );
    }
    if (editor.selection.isEmpty) {
      throw new UserError('bad-argument', vscode.l10n.t('Select the Python that you want explained.'));
    }
    const code = editor.document.getText(wholeLines(editor.selection, editor.document));
    await runTask(vscode.l10n.t('GPT-J is reading'), (signal) => this.#explain(code, signal));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async #explain(code: string, signal: AbortSignal): Promise<void> {
    const model = await this.#engine.ready();
    await this.#open();
    const prefix = model.prompts.explain;
    const { text, cutTokens } = await explain(code, model, (request) =>
      this.#engine.generate(request, {
        signal,
        onProgress: ({ text }) => prefix && this.#show(readExplanation(text, prefix)),
      }),
    );
    const notes = [
      vscode.l10n.t('By {0}, {1}, on this machine. It may be wrong.', model.name, model.precision),
    ];
    if (cutTokens > 0) {
      notes.unshift(
        vscode.l10n.t(
          'The code was longer than the model reads: the last {0} tokens were left out.',
          cutTokens,
        ),
      );
    }
    this.#show(`${text}\n\n---\n\n${notes.map((note) => `*${note}*`).join('\n\n')}\n`);
  }

  async #open(): Promise<void> {
    this.#show('…');
    const document = await vscode.workspace.openTextDocument(this.#uri);
    const options = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false };
    await vscode.window.showTextDocument(document, options);
  }

  #show(content: string): void {
    this.#content = content;
    this.#changed.fire(this.#uri);
  }
}

/** A selection that begins inside the indentation of its first line means the whole line. */
function wholeLines(selection: vscode.Selection, document: vscode.TextDocument): vscode.Range {
  const firstLine = document.lineAt(selection.start.line);
  const isIndentation = selection.start.character <= firstLine.firstNonWhitespaceCharacterIndex;
  return new vscode.Range(isIndentation ? firstLine.range.start : selection.start, selection.end);
}
