/** Which tables a question is about: of a database or a text that was picked, of the open file, or of the workspace. */
import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { DatabaseClient } from '../../database/databaseClient.ts';
import { schemaOfTexts } from '../../database/databaseSource.ts';
import type { Schema } from '../../model/databaseSchema.ts';
import { schemaProblem } from '../../model/schemaProblem.ts';
import type { ReadingRules } from '../readingRules.ts';
import { readSettings } from '../settings.ts';

type Picked =
  | { readonly kind: 'database'; readonly file: string }
  | { readonly kind: 'workspace' }
  | { readonly kind: 'text'; readonly text: string };

const PICKED_KEY = 'sqlSchema';
const DATABASES = '**/*.{db,sqlite,sqlite3}';
const SQL_FILES = '**/*.sql';
const LEFT_OUT = '**/node_modules/**';
/** More files than a schema has: what lies there is something else. */
const MAX_FILES = 500;

export class SchemaSource implements vscode.Disposable {
  readonly #database: DatabaseClient;
  readonly #memory: vscode.Memento;
  readonly #readingRules: ReadingRules;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(database: DatabaseClient, memory: vscode.Memento, readingRules: ReadingRules) {
    this.#database = database;
    this.#memory = memory;
    this.#readingRules = readingRules;
  }

  /** The database that queries can be run on. */
  get databaseFile(): string | undefined {
    const picked = this.#picked;
    return picked?.kind === 'database' ? picked.file : undefined;
  }

  get isPicked(): boolean {
    return this.#picked !== undefined;
  }

  async pick(): Promise<void> {
    const databases = await vscode.workspace.findFiles(DATABASES, LEFT_OUT, MAX_FILES);
    const entries = [
      ...databases.map((uri) => ({
        label: vscode.workspace.asRelativePath(uri),
        description: vscode.l10n.t('SQLite database'),
        choose: () => Promise.resolve<Picked | undefined>({ kind: 'database', file: uri.fsPath }),
      })),
      { label: vscode.l10n.t('Another SQLite Database…'), choose: chooseDatabase },
      {
        label: vscode.l10n.t('SQL Files of the Workspace'),
        description: vscode.l10n.t('CREATE and ALTER TABLE, in the order of their paths'),
        choose: () => Promise.resolve<Picked | undefined>({ kind: 'workspace' }),
      },
      {
        label: vscode.l10n.t('SQL on the Clipboard'),
        choose: async (): Promise<Picked | undefined> => ({
          kind: 'text',
          text: await vscode.env.clipboard.readText(),
        }),
      },
      {
        label: vscode.l10n.t('Nothing'),
        description: vscode.l10n.t('The tables of the open file, or else of the workspace'),
        choose: () => Promise.resolve(undefined),
      },
    ];
    const entry = await vscode.window.showQuickPick(entries, {
      title: vscode.l10n.t('Where are the tables?'),
    });
    if (entry === undefined) return;
    const picked = await entry.choose();
    // What cannot be read is told now, and the one before it stays.
    if (picked !== undefined) checkTables(await this.#read(picked));
    await this.#memory.update(PICKED_KEY, picked);
    this.#changed.fire();
  }

  /** What was picked; undefined where nothing was. */
  async read(): Promise<Schema | undefined> {
    const picked = this.#picked;
    return picked === undefined ? undefined : this.#read(picked);
  }

  /** The tables that a question in this document is about. */
  async schemaFor(document: vscode.TextDocument): Promise<Schema> {
    const picked = await this.read();
    if (picked !== undefined) return picked;
    const own = document.languageId === 'sql' ? await this.#ofTexts([document.getText()]) : undefined;
    return own !== undefined && own.tables.length > 0 ? own : this.#read({ kind: 'workspace' });
  }

  dispose(): void {
    this.#changed.dispose();
  }

  get #picked(): Picked | undefined {
    return this.#memory.get<Picked>(PICKED_KEY);
  }

  async #read(picked: Picked): Promise<Schema> {
    if (picked.kind === 'database') return this.#database.call('readSchema', { file: picked.file });
    if (picked.kind === 'text') return this.#ofTexts([picked.text]);
    const files = await vscode.workspace.findFiles(SQL_FILES, LEFT_OUT, MAX_FILES);
    const inOrder = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const texts = await Promise.all(inOrder.map((file) => this.#textOf(file)));
    return this.#ofTexts(texts.filter((text) => text !== undefined));
  }

  /** undefined: nobody has named this file, and it is not to be read. */
  async #textOf(file: vscode.Uri): Promise<string | undefined> {
    if ((await this.#readingRules.reasonNotToRead(file)) !== undefined) return undefined;
    return Buffer.from(await vscode.workspace.fs.readFile(file)).toString('utf8');
  }

  async #ofTexts(texts: readonly string[]): Promise<Schema> {
    const { sqlDialect } = readSettings();
    return schemaOfTexts(texts, this.#database, sqlDialect === 'auto' ? undefined : sqlDialect);
  }
}

function checkTables(schema: Schema): void {
  if (schema.tables.length > 0) return;
  throw new UserError(
    'bad-argument',
    schemaProblem(schema) ??
      vscode.l10n.t('There is no table in it. Pick a database with tables, or CREATE TABLE statements.'),
  );
}

async function chooseDatabase(): Promise<Picked | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('SQLite database'),
      filters: { SQLite: ['db', 'sqlite', 'sqlite3', '*'] },
    })) ?? [];
  return file && { kind: 'database', file: file.fsPath };
}
