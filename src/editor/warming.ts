/**
 * Where the cursor has come to rest is read ahead, in a file that is opened or at a place that was jumped to: the model
 * has seen the text before the cursor when the first key is struck there.
 */
import * as vscode from 'vscode';
import type { Logger } from '../base/logger.ts';
import { isCancelled, messageOf } from '../base/userError.ts';
import type { EngineHost } from '../client/engineHost.ts';
import type { Completer } from '../completion/completer.ts';
import type { Outlines } from '../completion/outline.ts';
import type { Gate } from './gate.ts';
import { snapshotOf } from './documentSource.ts';

/** A cursor that stays this long may be there to write. */
const REST_MS = 200;

/** Fewer tokens than this are no news: the text was read before. */
const WORTH_TELLING_TOKENS = 16;

export type WarmingOptions = {
  readonly engine: EngineHost;
  readonly completer: Completer;
  readonly gate: Gate;
  readonly log: Logger;
  readonly outlines: Outlines;
};

export class Warming implements vscode.Disposable {
  readonly #options: WarmingOptions;
  readonly #subscriptions: readonly vscode.Disposable[];
  #reading = new AbortController();
  #rest: NodeJS.Timeout | undefined;
  /** Of the document that the cursor was last seen in: one that has changed since was typed in. */
  #seen: { readonly document: vscode.TextDocument; readonly version: number } | undefined;

  constructor(options: WarmingOptions) {
    this.#options = options;
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor((editor) => void this.warm(editor)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#follow(textEditor)),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    clearTimeout(this.#rest);
    this.#reading.abort();
  }

  /** What is typed is asked about in any case. */
  #follow(editor: vscode.TextEditor): void {
    clearTimeout(this.#rest);
    const { document } = editor;
    const isTyped = this.#seen?.document === document && this.#seen.version !== document.version;
    this.#seen = { document, version: document.version };
    if (!isTyped && editor === vscode.window.activeTextEditor)
      this.#rest = setTimeout(() => void this.warm(editor), REST_MS);
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
      if (read !== undefined && read.recomputedTokens >= WORTH_TELLING_TOKENS)
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
