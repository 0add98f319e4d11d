/** Answers of tasks in read-only documents beside the code, one for each task. They grow as the model writes. */
import * as vscode from 'vscode';

const SCHEME = 'gptj-answer';

export class AnswerView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  readonly #contents = new Map<string, string>();
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#contents.get(uri.path) ?? '';
  }

  async open(title: string): Promise<void> {
    this.show(title, '…');
    const document = await vscode.workspace.openTextDocument(uriOf(title));
    const options = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false };
    await vscode.window.showTextDocument(document, options);
  }

  show(title: string, content: string): void {
    const uri = uriOf(title);
    this.#contents.set(uri.path, content);
    this.#changed.fire(uri);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

function uriOf(title: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `${title.replaceAll('/', '∕')}.md` });
}
