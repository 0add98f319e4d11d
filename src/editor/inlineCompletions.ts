/** Ghost text. Never opens a dialog and never throws: where nothing can be shown, the log says why. */
import * as vscode from 'vscode';
import { systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { isCancelled, messageOf } from '../base/userError.ts';
import type { EngineHost } from '../client/engineHost.ts';
import type { Completer } from '../completion/completer.ts';
import { Debounce, type Moment } from '../completion/debounce.ts';
import { TYPING_WENT_ON, type Decisions, type Verdict } from '../completion/decisions.ts';
import type { Offer, Outcome } from '../completion/outcome.ts';
import type { Outlines } from '../completion/outline.ts';
import { linePrefix, type Snapshot } from '../completion/snapshot.ts';
import type { Generated } from '../model/generation.ts';
import { signalOf } from './cancellation.ts';
import { snapshotOf } from './documentSource.ts';
import type { Gate } from './gate.ts';
import { readSettings } from './settings.ts';
import { isTypedKey } from './typedKey.ts';

export type InlineCompletionOptions = {
  readonly engine: EngineHost;
  readonly completer: Completer;
  readonly decisions: Decisions;
  readonly gate: Gate;
  readonly log: Logger;
  readonly outlines: Outlines;
  readonly onGenerated: (generated: Generated) => void;
};

export class InlineCompletions implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  readonly #options: InlineCompletionOptions;
  readonly #registrations: vscode.Disposable;
  readonly #debounce = new Debounce({ nowMs: () => performance.now() });
  #lastRequest = 0;
  #lastEditMs = 0;
  #hasSuggested = false;

  constructor(options: InlineCompletionOptions) {
    this.#options = options;
    this.#registrations = vscode.Disposable.from(
      vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, this),
      vscode.workspace.onDidChangeTextDocument((event) => {
        this.#lastEditMs = performance.now();
        if (isTypedKey(event)) this.#debounce.keyTyped();
      }),
    );
  }

  dispose(): void {
    this.#registrations.dispose();
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const editMs = this.#lastEditMs;
    const startMs = performance.now();
    const request = ++this.#lastRequest;
    const { log } = this.#options;
    const decided = (verdict: Verdict) => this.#remember(document, position, { startMs, verdict });
    try {
      const { outcome, beside } = await this.#answer({ document, position, context, token });
      const ms = (performance.now() - editMs).toFixed(0);
      log.info(`request ${request}: ${describe(outcome)}, ${ms} ms after the last edit`);
      decided(verdictOf(outcome));
      if (outcome.kind === 'nothing' || token.isCancellationRequested) return [];
      this.#tellOfFirst();
      return [outcome.text, ...beside].map((text) => itemOf(text, position, context.selectedCompletionInfo));
    } catch (error) {
      if (isCancelled(error)) log.info(`request ${request}: cancelled`);
      else log.warn(`request ${request}: nothing, ${messageOf(error)}`);
      decided({ what: 'nothing', reason: isCancelled(error) ? TYPING_WENT_ON : messageOf(error) });
      return [];
    }
  }

  /** The walkthrough ends with it. */
  #tellOfFirst(): void {
    if (this.#hasSuggested) return;
    this.#hasSuggested = true;
    void vscode.commands.executeCommand('setContext', 'gptj.hasSuggested', true);
  }

  #remember(
    { uri, languageId }: vscode.TextDocument,
    { line }: vscode.Position,
    { startMs, verdict }: { startMs: number; verdict: Verdict },
  ): void {
    this.#options.decisions.add({
      ...{ timeMs: Date.now(), milliseconds: performance.now() - startMs },
      ...{ fileName: baseName(uri), line: line + 1, languageId },
      ...verdict,
    });
  }

  async #answer(request: Request): Promise<Answer> {
    const { document, position, context, token } = request;
    const isExplicit = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const refusal = await this.#options.gate.refusal(document, { isExplicit });
    if (refusal !== undefined) return nothing(refusal);
    const signal = signalOf(token);
    const model = await this.#options.engine.ready();
    const selected = context.selectedCompletionInfo;
    const snapshot = snapshotOf(document, position, { model, selected, outlines: this.#options.outlines });
    const { completer } = this.#options;
    if (completer.known(snapshot, { isExplicit }) === undefined && !completer.isUnderWay(snapshot))
      await this.#pause({ linePrefix: linePrefix(snapshot), isExplicit }, signal);
    if (token.isCancellationRequested) return nothing(TYPING_WENT_ON);
    const askedMs = performance.now();
    const outcome = await completer.complete(snapshot, signal, { isExplicit });
    if (outcome.generated !== undefined) {
      this.#debounce.answered(performance.now() - askedMs);
      this.#options.onGenerated(outcome.generated);
    }
    // A command asked, or the key for the next suggestion did: only then is there more than one.
    const wantsMore = isExplicit && outcome.kind === 'offer';
    return { outcome, beside: wantsMore ? await this.#beside(snapshot, outcome, signal) : [] };
  }

  /** The first suggestion is not lost where the others fail. */
  async #beside(snapshot: Snapshot, offer: Offer, signal: AbortSignal): Promise<readonly string[]> {
    try {
      return await this.#options.completer.alternatives(snapshot, offer, signal);
    } catch (error) {
      if (!isCancelled(error)) this.#options.log.warn(`no alternatives, ${messageOf(error)}`);
      return [];
    }
  }

  async #pause(moment: Moment, signal: AbortSignal): Promise<void> {
    const fixedMs = moment.isExplicit ? 0 : readSettings().debounceMs;
    const ms = fixedMs ?? this.#debounce.pauseMs(moment);
    if (ms > 0) await systemClock.wait(ms, signal);
  }
}

/** @property beside what could be shown in its place */
type Answer = { readonly outcome: Outcome; readonly beside: readonly string[] };

function nothing(reason: string): Answer {
  return { outcome: { kind: 'nothing', reason }, beside: [] };
}

type Request = {
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
  readonly context: vscode.InlineCompletionContext;
  readonly token: vscode.CancellationToken;
};

function itemOf(
  text: string,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): vscode.InlineCompletionItem {
  if (selected === undefined)
    return new vscode.InlineCompletionItem(text, new vscode.Range(position, position));
  return new vscode.InlineCompletionItem(selected.text + text, selected.range);
}

function describe(outcome: Outcome): string {
  const { generated } = outcome;
  const cost =
    generated === undefined
      ? ''
      : ` (${generated.recomputedTokens} of ${generated.promptTokens} prompt tokens run, ${generated.ids.length} generated in ${generated.ms.decode.toFixed(0)} ms)`;
  if (outcome.kind === 'nothing') return `nothing, ${outcome.reason}${cost}`;
  return `${outcome.text.length} characters from the ${outcome.source}${cost}`;
}

function verdictOf(outcome: Outcome): Verdict {
  return outcome.kind === 'nothing'
    ? { what: 'nothing', reason: outcome.reason }
    : { what: 'shown', source: outcome.source, confidence: outcome.probability };
}

function baseName({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
