/** "Run on the Picked Database": the rows of a query in a read-only document. The database is only read. */
import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { DatabaseClient } from '../../database/databaseClient.ts';
import { statementAt } from '../../sql/schema.ts';
import { tableText } from '../../sql/tableText.ts';
import { runTask } from '../runTask.ts';
import type { SchemaSource } from './schemaSource.ts';

const SCHEME = 'gptj-rows';
const MAX_ROWS = 200;
const TIMEOUT_MS = 10_000;

export class QueryRuns implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #database: DatabaseClient;
  readonly #source: SchemaSource;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  readonly #uri = vscode.Uri.from({ scheme: SCHEME, path: vscode.l10n.t('Rows') });
  readonly onDidChange = this.#changed.event;
  #content = '';

  constructor(database: DatabaseClient, source: SchemaSource) {
    this.#database = database;
    this.#source = source;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(): string {
    return this.#content;
  }

  /** Runs what is selected, or the statement around the cursor. */
  async run(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const sql = editor === undefined ? '' : textOf(editor);
    if (sql.trim() === '')
      throw new UserError('bad-argument', vscode.l10n.t('Select a query, or put the cursor into one.'));
    const file = this.#source.databaseFile;
    if (file === undefined) {
      throw new UserError(
        'bad-argument',
        vscode.l10n.t('Pick a SQLite database first: "GPT-J: Pick a SQL Database or Schema…".'),
      );
    }
    const { columns, rows, isCut } = await runTask(vscode.l10n.t('The query is running'), (signal) =>
      this.#database.call('run', { file, sql, maxRows: MAX_ROWS }, { signal, timeoutMs: TIMEOUT_MS }),
    );
    const note = isCut
      ? vscode.l10n.t('The first {0} rows; there are more.', MAX_ROWS)
      : rows.length === 1
        ? vscode.l10n.t('1 row.')
        : vscode.l10n.t('{0} rows.', rows.length);
    this.#content = `${[sql.trim(), note, tableText(columns, rows)].join('\n\n')}\n`;
    const document = await vscode.workspace.openTextDocument(this.#uri);
    this.#changed.fire(this.#uri);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

function textOf({ document, selection }: vscode.TextEditor): string {
  if (!selection.isEmpty) return document.getText(selection);
  return statementAt(document.getText(), document.offsetAt(selection.active));
}
