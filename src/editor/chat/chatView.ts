/** The chat in the side bar: a page that shows the conversation, and says what its buttons are for. */
import * as vscode from 'vscode';
import { present } from '../../base/assert.ts';
import { UserError } from '../../base/userError.ts';
import type { EngineHost } from '../../client/engineHost.ts';
import type { ModelSummary } from '../../model/generation.ts';
import { abilityOf, type Candidate } from '../../tasks/ability.ts';
import { codeOf } from '../../tasks/chat.ts';
import { CHAT_ID } from '../../tasks/task.ts';
import { showError } from '../notices.ts';
import { sentenceOf } from '../sentences.ts';
import { readSettings } from '../settings.ts';
import { notMadeForIt, takeInstead, type InstalledModels } from '../tasks/installedModels.ts';
import type { TaskLibrary } from '../tasks/taskLibrary.ts';
import { chatPage } from './chatPage.ts';
import { Conversation, type Spoken } from './conversation.ts';
import { parseFromPage, type FromPage, type PageState, type ToPage } from './messages.ts';

export type ChatOptions = {
  readonly engine: EngineHost;
  readonly library: TaskLibrary;
  readonly models: InstalledModels;
  /** Of the page's script and style. */
  readonly mediaFolder: vscode.Uri;
};

export class ChatView implements vscode.Disposable {
  readonly #options: ChatOptions;
  readonly #conversation: Conversation;
  #webview: vscode.Webview | undefined;
  #proposed: Candidate | undefined;
  #wantsFocus = false;

  constructor(options: ChatOptions) {
    this.#options = options;
    const { engine, library } = options;
    this.#conversation = new Conversation({
      task: async () => present(await library.builtIn(CHAT_ID), 'the task of the chat'),
      ready: () => this.#ready(),
      generate: (request, hooks) => engine.generate(request, hooks),
      seed: () => Math.floor(Math.random() * 2 ** 32),
      onChange: () => this.#refresh(),
    });
  }

  /** Now, and once more when the page is there that may only be loading. */
  focusQuestion(): void {
    this.#wantsFocus = true;
    this.#say('focus');
  }

  show({ webview, onDidDispose }: vscode.WebviewView): void {
    const { mediaFolder } = this.#options;
    webview.options = { enableScripts: true, localResourceRoots: [mediaFolder] };
    this.#webview = webview;
    onDidDispose(() => (this.#webview = undefined));
    webview.onDidReceiveMessage((message: unknown) => {
      const said = parseFromPage(message);
      if (said !== undefined) this.#hear(said).catch((error: unknown) => void showError(error));
    });
    webview.html = chatPage(webview, mediaFolder);
  }

  dispose(): void {
    this.#conversation.stop();
  }

  async #hear(said: FromPage): Promise<void> {
    switch (said.kind) {
      case 'ready':
        if (this.#wantsFocus) this.#say('focus');
        this.#wantsFocus = false;
        await this.#lookForOthers();
        break;
      case 'ask':
        await this.#conversation.ask(said.text);
        break;
      case 'stop':
        this.#conversation.stop();
        break;
      case 'clear':
        this.#conversation.clear();
        break;
      case 'other-model':
        await takeInstead(this.#proposed);
        break;
      case 'copy':
        await vscode.env.clipboard.writeText(codeOf(this.#answerAt(said.index)));
        break;
      case 'insert':
        await insertAtCursor(codeOf(this.#answerAt(said.index)));
    }
  }

  /** The model that answers, loaded now if it is not yet. */
  async #ready(): Promise<ModelSummary> {
    if (!readSettings().enabled) {
      const sentence = vscode.l10n.t('GPT-J is switched off. Switch it on with "GPT-J: Switch On or Off".');
      throw new UserError('bad-argument', sentence);
    }
    const model = await this.#options.engine.ready();
    await this.#lookForOthers();
    return model;
  }

  async #lookForOthers(): Promise<void> {
    this.#proposed = await this.#options.models.proposalFor(CHAT_ID);
    this.#refresh();
  }

  #refresh(): void {
    this.#say(this.#state());
  }

  #say(message: ToPage): void {
    void this.#webview?.postMessage(message);
  }

  #state(): PageState {
    const { spoken, growing } = this.#conversation;
    const said = spoken.map((turn) => ({
      question: turn.question,
      answer: turn.answer,
      notes: notesOn(turn),
    }));
    const { state } = this.#options.engine;
    const model = state.kind === 'ready' ? state.model : undefined;
    const isStranger = model !== undefined && abilityOf(model.prompts, CHAT_ID) === 'not-made-for-it';
    return {
      turns: growing === undefined ? said : [...said, { ...growing, notes: [] }],
      isBusy: growing !== undefined,
      model:
        model === undefined ? '' : vscode.l10n.t('{0}, {1}, on this machine', model.name, model.precision),
      ...(isStranger && { warning: this.#warning(model) }),
    };
  }

  #warning({ name }: ModelSummary): NonNullable<PageState['warning']> {
    const other = this.#proposed;
    return {
      text: notMadeForIt(name, vscode.l10n.t('Chat'), other),
      action: other === undefined ? vscode.l10n.t('Get a Model…') : vscode.l10n.t('Use {0}', other.name),
    };
  }

  #answerAt(index: number): string {
    return this.#conversation.spoken[index]?.answer ?? '';
  }
}

function notesOn({ answer, droppedTurns, end, error }: Spoken): readonly string[] {
  return [
    ...(droppedTurns > 0
      ? [
          vscode.l10n.t(
            'The model did not see the first {0} questions and answers: its window is full.',
            droppedTurns,
          ),
        ]
      : []),
    ...(end === 'stopped' ? [vscode.l10n.t('Stopped.')] : []),
    ...(end === 'too-long' ? [vscode.l10n.t('The answer came to no end and was cut off.')] : []),
    ...(end === 'complete' && answer === ''
      ? [vscode.l10n.t('The model had no answer. Ask in other words.')]
      : []),
    ...(end === 'failed' ? [sentenceOf(error)] : []),
  ];
}

/** In place of the selection of the editor that was used last. */
async function insertAtCursor(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  const isDone = editor !== undefined && (await editor.edit((edit) => edit.replace(editor.selection, text)));
  if (!isDone)
    void vscode.window.showErrorMessage(vscode.l10n.t('There is no file to insert into. Open one first.'));
}
