/**
 * "Translate Comment to SQL": the statement goes below the comment, as one edit that one undo takes back. Other
 * statements that were found take its place one after the other.
 */
import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { EngineHost } from '../../client/engineHost.ts';
import type { DatabaseClient } from '../../database/databaseClient.ts';
import { preparingWith } from '../../database/databaseSource.ts';
import type { Schema } from '../../model/databaseSchema.ts';
import { schemaProblem } from '../../model/schemaProblem.ts';
import { commentAt, type SqlComment } from '../../sql/comment.ts';
import {
  isUsable,
  translateQuestion,
  type Candidate,
  type Translation,
} from '../../tasks/translateQuestion.ts';
import { runTask } from '../runTask.ts';
import { inWords } from '../sentences.ts';
import type { SchemaSource } from './schemaSource.ts';

const N_CANDIDATES = 4;

/** Whether there is another statement to take the place of the one that was written. */
const OTHERS_CONTEXT = 'gptj.hasOtherSql';

/** What was written, and could be written instead. */
type Written = {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly start: vscode.Position;
  readonly indentation: string;
  readonly candidates: readonly Candidate[];
  readonly index: number;
};

export type TranslationOptions = {
  readonly engine: EngineHost;
  readonly database: DatabaseClient;
  readonly source: SchemaSource;
};

export class SqlTranslation implements vscode.Disposable {
  readonly #options: TranslationOptions;
  readonly #registrations: readonly vscode.Disposable[];
  #written: Written | undefined;

  constructor(options: TranslationOptions) {
    this.#options = options;
    this.#registrations = [
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        const written = this.#written;
        if (document === written?.document && document.version !== written.version) this.#remember(undefined);
      }),
      // Behind the editor's own key for what can be done here: no key is taken for it.
      vscode.languages.registerCodeActionsProvider('*', {
        provideCodeActions: (document) => this.#actions(document),
      }),
    ];
  }

  async translate(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const comment = editor && findComment(editor.document, editor.selection.active.line);
    if (editor === undefined || comment === undefined) {
      throw new UserError(
        'bad-argument',
        vscode.l10n.t(
          'Put the cursor into a comment that says what you want, like "-- customers from Berlin".',
        ),
      );
    }
    const { schema, ...answer } = await runTask(vscode.l10n.t('GPT-J is writing SQL'), (signal) =>
      this.#ask(editor.document, comment.question, signal),
    );
    const candidates = answer.candidates.filter(isUsable);
    await this.#write(editor, comment, candidates);
    this.#tell(schema, candidates.length, answer.nTablesLeftOut);
  }

  /** Puts the next statement that was found in the place of the last one; the same undo takes it back. */
  async next(): Promise<void> {
    const written = this.#written;
    const editor = vscode.window.activeTextEditor;
    if (written === undefined || editor?.document !== written.document) {
      throw new UserError(
        'bad-argument',
        vscode.l10n.t('There is no other statement. Translate a comment first.'),
      );
    }
    const { candidates, indentation, start } = written;
    const index = (written.index + 1) % candidates.length;
    const before = textOf(candidates[written.index], indentation);
    const end = written.document.positionAt(
      written.document.offsetAt(start) + lengthIn(written.document, before),
    );
    await this.#edit(editor, { ...written, index }, new vscode.Range(start, end));
  }

  dispose(): void {
    for (const one of this.#registrations) one.dispose();
  }

  #actions(document: vscode.TextDocument): vscode.CodeAction[] {
    const written = this.#written;
    if (document !== written?.document || written.candidates.length < 2) return [];
    const title = vscode.l10n.t(
      'Next SQL statement ({0} of {1})',
      written.index + 1,
      written.candidates.length,
    );
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.command = { command: 'gptj.nextSql', title };
    return [action];
  }

  async #ask(document: vscode.TextDocument, question: string, signal: AbortSignal) {
    const { engine, database, source } = this.#options;
    const schema = await source.schemaFor(document);
    const model = await engine.ready();
    const options = { mask: true, candidates: N_CANDIDATES, prepare: preparingWith(database, { signal }) };
    const answer: Translation = await translateQuestion({ question, schema }, options, model, (request) =>
      engine.generate(request, { signal }),
    );
    return { schema, ...answer };
  }

  /** The comment may have moved since it was read; if it is gone, nothing is written. */
  async #write(
    editor: vscode.TextEditor,
    comment: SqlComment,
    candidates: readonly Candidate[],
  ): Promise<void> {
    if (candidates.length === 0) {
      throw new UserError(
        'bad-argument',
        vscode.l10n.t(
          'No statement that was found can be run on these tables. Put the question in other words.',
        ),
      );
    }
    const { document } = editor;
    const found = nearest(document, comment);
    const isDone =
      found !== undefined &&
      (await this.#edit(editor, {
        ...{ document, candidates, index: 0, version: document.version },
        indentation: found.indentation,
        start: document.lineAt(found.lastLine).range.end,
      }));
    if (!isDone) {
      throw new UserError(
        'bad-argument',
        vscode.l10n.t(
          'The comment has been changed or the file closed meanwhile, so nothing was written. Try again.',
        ),
      );
    }
  }

  /** @param range what was written before and is replaced; one undo takes back both */
  async #edit(editor: vscode.TextEditor, written: Written, range?: vscode.Range): Promise<boolean> {
    const text = textOf(written.candidates[written.index], written.indentation);
    // The change is heard of before the edit is known to be done.
    this.#written = undefined;
    const isDone = await editor.edit(
      (edit) => (range === undefined ? edit.insert(written.start, text) : edit.replace(range, text)),
      { undoStopBefore: range === undefined, undoStopAfter: false },
    );
    this.#remember(isDone ? { ...written, version: editor.document.version } : undefined);
    return isDone;
  }

  #remember(written: Written | undefined): void {
    this.#written = written;
    const hasOthers = written !== undefined && written.candidates.length > 1;
    void vscode.commands.executeCommand('setContext', OTHERS_CONTEXT, hasOthers);
  }

  #tell(schema: Schema, nCandidates: number, nTablesLeftOut: number): void {
    const { l10n, window } = vscode;
    const { dialect, tables } = schema;
    const shown = tables.slice(0, N_NAMES_SHOWN).map(({ name }) => name);
    const names = [...shown, ...(tables.length > shown.length ? ['…'] : [])].join(', ');
    const prepared =
      dialect === 'sqlite'
        ? l10n.t('SQLite has prepared the statement on these tables: {0}.', names)
        : l10n.t('Not prepared: names and grammar were checked, types were not.');
    const others =
      nCandidates > 1 ? [l10n.t('"GPT-J: Next SQL Statement" shows another ({0} in all).', nCandidates)] : [];
    const problem = schemaProblem(schema);
    const problems = problem === undefined ? [] : [inWords(problem)];
    window.setStatusBarMessage([...problems, prepared, ...others].join(' '), STATUS_MS);
    if (nTablesLeftOut > 0) {
      void window.showInformationMessage(
        l10n.t('The schema was longer than the model reads: {0} tables were left out.', nTablesLeftOut),
      );
    }
  }
}

const STATUS_MS = 10_000;
const N_NAMES_SHOWN = 4;

function textOf(candidate: Candidate | undefined, indentation: string): string {
  const lines = (candidate?.sql ?? '').split('\n');
  return lines.map((line) => `\n${indentation}${line}`).join('');
}

/** The document writes its own line ends. */
function lengthIn({ eol }: vscode.TextDocument, text: string): number {
  return eol === vscode.EndOfLine.CRLF ? text.replaceAll('\n', '\r\n').length : text.length;
}

function nearest(document: vscode.TextDocument, { question, lastLine }: SqlComment): SqlComment | undefined {
  const lines = Array.from({ length: document.lineCount }, (_, line) => line);
  const line = lines
    .toSorted((a, b) => Math.abs(a - lastLine) - Math.abs(b - lastLine))
    .find((at) => findComment(document, at)?.question === question);
  return line === undefined ? undefined : findComment(document, line);
}

function findComment(document: vscode.TextDocument, line: number): SqlComment | undefined {
  return commentAt((at) => (at >= 0 && at < document.lineCount ? document.lineAt(at).text : undefined), line);
}
