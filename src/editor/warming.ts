/** What is opened is read ahead: the model has seen the text before the cursor when the first key is struck there. */
import * as vscode from 'vscode';
import type { Logger } from '../base/logger.ts';
import { isCancelled, messageOf } from '../base/userError.ts';
import type { EngineHost } from '../client/engineHost.ts';
import type { Completer } from '../completion/completer.ts';
import type { Outlines } from '../completion/outline.ts';
import type { Gate } from './gate.ts';
import { snapshotOf } from './documentSource.ts';

export type WarmingOptions = {
  readonly engine: EngineHost;
  readonly completer: Completer;
  readonly gate: Gate;
  readonly log: Logger;
  readonly outlines: Outlines;
};

export class Warming implements vscode.Disposable {
  readonly #options: WarmingOptions;
  readonly #subscription: vscode.Disposable;
  #reading = new AbortController();

  constructor(options: WarmingOptions) {
    this.#options = options;
    this.#subscription = vscode.window.onDidChangeActiveTextEditor((editor) => void this.warm(editor));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#reading.abort();
  }

  /** Reads nothing that may not be read, and wakes no model. Never fails. */
  async warm(editor = vscode.window.activeTextEditor): Promise<void> {
    const { engine, completer, gate, log, outlines } = this.#options;
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    if (editor === undefined || engine.state.kind !== 'ready') return;
    try {
      const refusal = await gate.refusal(editor.document, { isExplicit: false });
      if (refusal !== undefined || signal.aborted) return;
      const model = await engine.ready();
      const snapshot = snapshotOf(editor.document, likelyPlace(editor), { model, outlines });
      const read = await completer.warm(snapshot, signal);
      if (read !== undefined)
        log.info(`read ahead: ${read.recomputedTokens} of ${read.promptTokens} prompt tokens run`);
    } catch (error) {
      if (!isCancelled(error)) log.warn(`nothing read ahead, ${messageOf(error)}`);
    }
  }
}

/** The cursor; in a file that has just been opened, which has it at its beginning, the end of what is to be seen. */
function likelyPlace({ selection, visibleRanges }: vscode.TextEditor): vscode.Position {
  const [seen] = visibleRanges;
  return selection.active.line === 0 && seen !== undefined ? seen.end : selection.active;
}
