/** The item in the status bar: what runs, on what, how fast. It is always true. */
import * as vscode from 'vscode';
import { median } from '../base/median.ts';
import type { EngineState } from '../client/engineHostOptions.ts';
import type { Generated } from '../model/generation.ts';
import { modelDetail } from './modelDetail.ts';
import { inWords, sentenceOf } from './sentences.ts';

/** The speed shown is the median of the last generations that were long enough to measure. */
const N_SPEEDS = 9;
const MIN_TOKENS = 4;

/** Asleep is off because nobody has used it, and comes back by itself. */
type State = EngineState | { readonly kind: 'asleep' };

export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #speeds: number[] = [];
  #state: State = { kind: 'off' };
  #isEnabled = true;

  constructor(command: string) {
    this.#item = vscode.window.createStatusBarItem('gptj.status', vscode.StatusBarAlignment.Right, 100);
    this.#item.name = 'GPT-J';
    this.#item.command = command;
    this.#show();
    this.#item.show();
  }

  setState(state: State): void {
    // Ready after ready: the model has moved to another device, of which nothing is known yet.
    if (state.kind === 'loading' || state.kind === 'ready') this.#speeds.length = 0;
    this.#state = state;
    this.#show();
  }

  setEnabled(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    this.#show();
  }

  /** Learns the speed from what has been generated. */
  record({ ids, ms }: Generated): void {
    if (ids.length < MIN_TOKENS || ms.decode === 0) return;
    this.#speeds.push(((ids.length - 1) / ms.decode) * 1000);
    if (this.#speeds.length > N_SPEEDS) this.#speeds.shift();
    this.#show();
  }

  /** What the item says when one looks closer. */
  get detail(): string {
    return this.#look().detail;
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(): void {
    const { icon, detail, isWarning } = this.#look();
    this.#item.text = `$(${icon}) GPT-J`;
    this.#item.tooltip = `GPT-J Code\n${detail}`;
    this.#item.accessibilityInformation = { label: `GPT-J Code: ${detail}` };
    this.#item.backgroundColor = isWarning
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
  }

  #look(): { icon: string; detail: string; isWarning?: boolean } {
    const state = this.#state;
    switch (state.kind) {
      case 'off':
        return this.#isEnabled
          ? { icon: 'sparkle', detail: vscode.l10n.t('Loads when a file that it completes is opened') }
          : { icon: 'circle-slash', detail: vscode.l10n.t('Switched off; nothing is loaded') };
      case 'asleep':
        return { icon: 'sparkle', detail: vscode.l10n.t('Asleep; loads again when it is used') };
      case 'loading':
        return { icon: 'loading~spin', detail: vscode.l10n.t('Loading the model') };
      case 'failed':
        return { icon: 'warning', detail: sentenceOf(state.error), isWarning: true };
      case 'ready': {
        const speed = this.#speeds.length === 0 ? undefined : median(this.#speeds);
        const detail = modelDetail(state.model, speed).map(inWords).join('\n');
        return { icon: 'sparkle', detail };
      }
    }
  }
}
