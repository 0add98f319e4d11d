/** Help for whoever writes a task: what is wrong in its file, and what could be written next. */
import * as vscode from 'vscode';
import { suggestionsAt } from '../../tasks/taskSuggestions.ts';
import type { Problem } from '../../tasks/template.ts';
import { inWords } from '../sentences.ts';
import { isWorkspaceTask, WORKSPACE_TASKS, type FaultyFile, type TaskLibrary } from './taskLibrary.ts';

/** Between a change of a file and a look at it. */
const SETTLE_MS = 200;

export class TaskFileSupport implements vscode.Disposable {
  readonly #library: TaskLibrary;
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('gptj-tasks');
  readonly #owned: readonly { dispose(): unknown }[];
  readonly #waiting = new Map<string, NodeJS.Timeout>();

  constructor(library: TaskLibrary) {
    this.#library = library;
    const watcher = vscode.workspace.createFileSystemWatcher(`**/${WORKSPACE_TASKS}/*.md`);
    this.#owned = [
      this.#diagnostics,
      watcher,
      watcher.onDidDelete((uri) => this.#diagnostics.delete(uri)),
      // An id may have become free, or taken, by any of them.
      watcher.onDidChange(() => this.#checkOpen()),
      watcher.onDidCreate(() => this.#checkOpen()),
      vscode.workspace.onDidOpenTextDocument((document) => this.#checkSoon(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#checkSoon(document)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#checkOpen()),
      vscode.languages.registerCompletionItemProvider(
        { pattern: `**/${WORKSPACE_TASKS}/*.md` },
        { provideCompletionItems: completionsAt },
      ),
    ];
    this.#checkOpen();
  }

  /** Shows what has been found in files that are not open. */
  show(faulty: readonly FaultyFile[]): void {
    for (const { uri, problems } of faulty) {
      const place = new vscode.Range(0, 0, 0, 1);
      const isOpen = vscode.workspace.textDocuments.some(
        (document) => document.uri.toString() === uri.toString(),
      );
      if (!isOpen)
        this.#diagnostics.set(
          uri,
          problems.map(({ sentence }) => diagnostic(place, sentence)),
        );
    }
  }

  dispose(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    for (const one of this.#owned) one.dispose();
  }

  #checkOpen(): void {
    for (const document of vscode.workspace.textDocuments) this.#checkSoon(document);
  }

  #checkSoon(document: vscode.TextDocument): void {
    if (!isWorkspaceTask(document.uri)) return;
    const key = document.uri.toString();
    clearTimeout(this.#waiting.get(key));
    this.#waiting.set(
      key,
      setTimeout(() => void this.#check(document), SETTLE_MS),
    );
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    this.#waiting.delete(document.uri.toString());
    const { version } = document;
    const problems = await this.#library.problemsOf(document.uri, document.getText());
    if (document.isClosed || document.version !== version) return;
    const rangeOf = ({ start, end }: Problem) =>
      new vscode.Range(document.positionAt(start), document.positionAt(end));
    this.#diagnostics.set(
      document.uri,
      problems.map((problem) => diagnostic(rangeOf(problem), problem.sentence)),
    );
  }
}

function diagnostic(range: vscode.Range, sentence: Problem['sentence']): vscode.Diagnostic {
  const found = new vscode.Diagnostic(range, inWords(sentence), vscode.DiagnosticSeverity.Error);
  found.source = 'GPT-J';
  return found;
}

function completionsAt(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
  if (!isWorkspaceTask(document.uri)) return [];
  return suggestionsAt(document.getText(), document.offsetAt(position)).map((suggestion, index) => {
    const item = new vscode.CompletionItem(suggestion.label, vscode.CompletionItemKind.Property);
    item.detail = inWords(suggestion.says);
    item.insertText = new vscode.SnippetString(suggestion.snippet);
    item.range = new vscode.Range(position.translate(0, -suggestion.nReplaced), position);
    item.sortText = String(index).padStart(3, '0');
    return item;
  });
}
