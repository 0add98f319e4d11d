/** The tasks that are files, and the chat, which is one of them: joined, in a bundle that is loaded with their first use. */
import * as vscode from 'vscode';
import type { EngineHost } from '../../client/engineHost.ts';
import { ChatView } from '../chat/chatView.ts';
import { AnswerView } from './answerView.ts';
import { InstalledModels } from './installedModels.ts';
import { runTaskCommand } from './taskCommand.ts';
import { TaskFileSupport } from './taskFileSupport.ts';
import { TaskLibrary } from './taskLibrary.ts';

export type TaskFeatureOptions = {
  readonly engine: EngineHost;
  readonly modelsFolder: string;
  readonly extensionFolder: vscode.Uri;
};

export class TaskFeatures implements vscode.Disposable {
  readonly #engine: EngineHost;
  readonly #models: InstalledModels;
  readonly #library: TaskLibrary;
  readonly #support: TaskFileSupport;
  readonly #answers = new AnswerView();
  readonly #chat: ChatView;

  constructor({ engine, modelsFolder, extensionFolder }: TaskFeatureOptions) {
    const media = vscode.Uri.joinPath(extensionFolder, 'media');
    this.#engine = engine;
    this.#models = new InstalledModels(modelsFolder);
    this.#library = new TaskLibrary(vscode.Uri.joinPath(media, 'tasks'));
    this.#support = new TaskFileSupport(this.#library);
    const mediaFolder = vscode.Uri.joinPath(media, 'chat');
    this.#chat = new ChatView({ engine, library: this.#library, models: this.#models, mediaFolder });
  }

  async runTask(): Promise<void> {
    await runTaskCommand({
      engine: this.#engine,
      library: this.#library,
      support: this.#support,
      answers: this.#answers,
      models: this.#models,
    });
  }

  showChat(view: vscode.WebviewView): void {
    this.#chat.show(view);
  }

  focusQuestion(): void {
    this.#chat.focusQuestion();
  }

  dispose(): void {
    this.#support.dispose();
    this.#answers.dispose();
    this.#chat.dispose();
  }
}
