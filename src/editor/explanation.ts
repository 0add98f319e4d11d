/** "Explain Python": the answer grows in a document beside the code, and goes from there into the code. */
import * as vscode from 'vscode';
import { inSlices } from '../base/inSlices.ts';
import type { Logger } from '../base/logger.ts';
import { isCancelled, UserError } from '../base/userError.ts';
import type { EngineHost } from '../client/engineHost.ts';
import type { Part } from '../python/part.ts';
import { checkSaid, explainParts, type Ask, type Section } from '../tasks/explainParts.ts';
import { insertExplanation } from './explanationInsert.ts';
import type { Explained } from './explanationText.ts';
import { ExplanationView, takes, type InsertAs } from './explanationView.ts';
import { runTask } from './runTask.ts';

type Place = { readonly document: vscode.TextDocument; readonly selection: vscode.Range };

export class Explanations implements vscode.Disposable {
  readonly #engine: EngineHost;
  readonly #log: Logger;
  readonly #view = new ExplanationView();
  #run = new AbortController();

  constructor(engine: EngineHost, log: Logger) {
    this.#engine = engine;
    this.#log = log;
  }

  /** @param at from a CodeLens: a document, and a line of it; else the cursor or the selection */
  async explain(...at: readonly unknown[]): Promise<void> {
    const startMs = performance.now();
    const place = await placeToExplain(at);
    // There is one document for it: the explanation before it comes to its end.
    this.#run.abort();
    const run = new AbortController();
    this.#run = run;
    await runTask(vscode.l10n.t('GPT-J is reading'), async (signal) => {
      const both = AbortSignal.any([signal, run.signal]);
      const [model, part] = await Promise.all([this.#engine.ready(), partAt(place, both)]);
      const start: Explained = { source: place.document.uri, model, sections: [], state: 'running' };
      const onFirstWords = () =>
        this.#log.info(`explanation: first words after ${(performance.now() - startMs).toFixed(0)} ms`);
      await this.#explain(part, { run, start, signal: both, onFirstWords });
    });
  }

  /** @param index of the section; without one, that at the cursor */
  async insert(as: InsertAs, index: unknown): Promise<void> {
    const { explained } = this.#view;
    const section = typeof index === 'number' ? explained?.sections[index] : this.#view.sectionAtCursor(as);
    if (explained === undefined || section === undefined || !takes(section, as)) {
      throw new UserError(
        'bad-argument',
        as === 'docstring'
          ? vscode.l10n.t('Let a function or class be explained first, with "GPT-J: Explain Python".')
          : vscode.l10n.t('Let some code be explained first, with "GPT-J: Explain Python".'),
      );
    }
    await insertExplanation({ source: explained.source, section, as });
  }

  dispose(): void {
    this.#run.abort();
    this.#view.dispose();
  }

  async #explain(part: Part, { run, start, signal, onFirstWords }: Run): Promise<void> {
    let explained = start;
    const show = (news: Partial<Explained>) => {
      explained = { ...explained, ...news };
      if (this.#run === run) this.#view.show(explained);
    };
    let opened: Promise<void> | undefined;
    const ask: Ask = async (request, onText) => {
      if (opened === undefined) {
        show({});
        // Beside the work: neither waits for the other.
        opened = this.#view.open();
      }
      const generated = await this.#engine.generate(request, {
        signal,
        onProgress: ({ text }) => onText(text),
      });
      if (generated.movedTo !== undefined) show({ model: generated.movedTo });
      return generated;
    };
    const onSections = (sections: readonly Section[]) => {
      const isFirst = explained.sections.every(({ text }) => text === '');
      show({ sections });
      if (isFirst && sections.some(({ text }) => text !== '')) onFirstWords();
    };
    try {
      const sections = await explainParts(part, { model: start.model, ask, onSections });
      show({ sections, state: 'done' });
      checkSaid(sections);
    } catch (error) {
      if (opened !== undefined) show({ state: isCancelled(error) ? 'cancelled' : 'failed' });
      throw error;
    } finally {
      await opened;
    }
  }
}

type Run = {
  readonly run: AbortController;
  readonly start: Explained;
  readonly signal: AbortSignal;
  readonly onFirstWords: () => void;
};

async function placeToExplain([uri, line]: readonly unknown[]): Promise<Place> {
  if (uri instanceof vscode.Uri && typeof line === 'number') {
    const document = await vscode.workspace.openTextDocument(uri);
    return { document, selection: new vscode.Range(line, 0, line, 0) };
  }
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== 'python') {
    throw new UserError(
      'bad-argument',
      vscode.l10n.t('Open a Python file, and put the cursor into what you want explained.'),
    );
  }
  return editor;
}

async function partAt({ document, selection }: Place, signal: AbortSignal): Promise<Part> {
  const { readPython, targetOf } = await import('../python/bundle.ts');
  const [start, end] = [document.offsetAt(selection.start), document.offsetAt(selection.end)];
  return targetOf(await inSlices(readPython(document.getText()), signal), { start, end });
}
