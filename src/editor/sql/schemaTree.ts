/** The picked schema as a tree: tables, and below them columns with their types and keys. */
import * as vscode from 'vscode';
import { nameKey, type Column, type Table } from '../../model/databaseSchema.ts';
import { schemaProblem } from '../../model/schemaProblem.ts';
import { inWords, sentenceOf } from '../sentences.ts';
import type { SchemaSource } from './schemaSource.ts';

type Entry =
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'column'; readonly table: Table; readonly column: Column }
  | { readonly kind: 'problem'; readonly text: string };

const VIEW = 'gptj.schema';

export class SchemaTree implements vscode.TreeDataProvider<Entry>, vscode.Disposable {
  readonly #source: SchemaSource;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #owned: readonly { dispose(): unknown }[];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(source: SchemaSource) {
    this.#source = source;
    this.#owned = [
      vscode.window.registerTreeDataProvider(VIEW, this),
      source.onDidChange(() => this.#refresh()),
      this.#changed,
    ];
    this.#refresh();
  }

  getTreeItem(entry: Entry): vscode.TreeItem {
    if (entry.kind === 'problem') return itemOfProblem(entry.text);
    return entry.kind === 'table' ? itemOfTable(entry.table) : itemOfColumn(entry.table, entry.column);
  }

  async getChildren(entry?: Entry): Promise<Entry[]> {
    if (entry?.kind === 'table')
      return entry.table.columns.map((column) => ({ kind: 'column', table: entry.table, column }));
    if (entry !== undefined) return [];
    try {
      const schema = await this.#source.read();
      const tables = (schema?.tables ?? []).map((table): Entry => ({ kind: 'table', table }));
      const problem = schema && schemaProblem(schema);
      return problem === undefined ? tables : [{ kind: 'problem', text: inWords(problem) }, ...tables];
    } catch (error) {
      return [{ kind: 'problem', text: sentenceOf(error) }];
    }
  }

  dispose(): void {
    for (const one of this.#owned) one.dispose();
  }

  /** The view is there only where there is something to show. */
  #refresh(): void {
    void vscode.commands.executeCommand('setContext', 'gptj.hasSchema', this.#source.isPicked);
    this.#changed.fire(undefined);
  }
}

/** The view is narrow: what does not fit is told by its tooltip. */
function itemOfProblem(text: string): vscode.TreeItem {
  const item = new vscode.TreeItem(text);
  item.iconPath = new vscode.ThemeIcon('warning');
  item.tooltip = text;
  return item;
}

/** The label is for screen readers, which are not told what an icon or an arrow means. */
function itemOfTable({ name, columns }: Table): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  item.iconPath = new vscode.ThemeIcon('table');
  item.accessibilityInformation = { label: vscode.l10n.t('Table {0}, {1} columns', name, columns.length) };
  return item;
}

function itemOfColumn(table: Table, column: Column): vscode.TreeItem {
  const link = linkOf(table, column);
  const item = new vscode.TreeItem(column.name);
  const key = column.isPrimaryKey ? [vscode.l10n.t('primary key')] : [];
  item.description = [column.type, ...key, ...(link === undefined ? [] : [`→ ${link}`])].join(' ');
  item.iconPath = new vscode.ThemeIcon(column.isPrimaryKey || link !== undefined ? 'key' : 'symbol-field');
  const leadsTo = link === undefined ? [] : [vscode.l10n.t('leads to {0}', link)];
  const label = [vscode.l10n.t('Column {0}', column.name), column.type, ...key, ...leadsTo];
  item.accessibilityInformation = { label: label.filter(Boolean).join(', ') };
  return item;
}

/** The table, and the column if it is said, that a foreign key leads to. */
function linkOf({ foreignKeys }: Table, { name }: Column): string | undefined {
  for (const { columns, table, references } of foreignKeys) {
    const index = columns.findIndex((column) => nameKey(column) === nameKey(name));
    if (index >= 0) return references[index] === undefined ? table : `${table}.${references[index]}`;
  }
  return undefined;
}
