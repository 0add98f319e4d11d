/**
 * Stands for the tasks and the chat until one of them is used: the list, a task's file, the view. Their code is a
 * bundle of its own, so that nobody's start waits for it.
 */
import * as vscode from 'vscode';
import type { TaskFeatures, TaskFeatureOptions } from './tasks/taskFeatures.ts';

const CHAT_VIEW = 'gptj.chatView';

const TASK_FILE = /\/\.gptj\/tasks\/[^/]+\.md$/;

export class TaskLoader implements vscode.Disposable {
  readonly #options: TaskFeatureOptions;
  readonly #owned: vscode.Disposable[];
  #features: Promise<TaskFeatures> | undefined;

  constructor(options: TaskFeatureOptions) {
    this.#options = options;
    this.#owned = [
      vscode.window.registerWebviewViewProvider(CHAT_VIEW, {
        resolveWebviewView: async (view) => (await this.#load()).showChat(view),
      }),
      vscode.workspace.onDidOpenTextDocument((document) => this.#loadFor(document)),
    ];
    for (const document of vscode.workspace.textDocuments) this.#loadFor(document);
  }

  async runTask(): Promise<void> {
    await (await this.#load()).runTask();
  }

  async openChat(): Promise<void> {
    await vscode.commands.executeCommand(`${CHAT_VIEW}.focus`);
    (await this.#load()).focusQuestion();
  }

  dispose(): void {
    for (const one of this.#owned) one.dispose();
    void this.#features?.then((features) => features.dispose());
  }

  #loadFor({ uri }: vscode.TextDocument): void {
    if (TASK_FILE.test(uri.path)) void this.#load();
  }

  async #load(): Promise<TaskFeatures> {
    this.#features ??= import('./tasks/taskFeatures.ts').then(
      ({ TaskFeatures }) => new TaskFeatures(this.#options),
    );
    return this.#features;
  }
}
