/**
 * Stands for the list of models, and for what can be done with them, until one of them is used. Their code is a bundle of
 * its own, so that nobody's start waits for it.
 */
import * as vscode from 'vscode';
import type { ListedModel } from '../model/modelList.ts';
import type { ModelAction, ModelFeatures, ModelFeatureOptions } from './models/modelFeatures.ts';

const MODELS_VIEW = 'gptj.modelsView';

export type ModelsLoaderOptions = Omit<ModelFeatureOptions, 'refresh' | 'describe'>;

export class ModelsLoader implements vscode.Disposable, vscode.TreeDataProvider<ListedModel> {
  readonly #options: ModelsLoaderOptions;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #view: vscode.TreeView<ListedModel>;
  #features: Promise<ModelFeatures> | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(options: ModelsLoaderOptions) {
    this.#options = options;
    this.#view = vscode.window.createTreeView(MODELS_VIEW, { treeDataProvider: this });
  }

  async getChildren(model?: ListedModel): Promise<ListedModel[]> {
    return model === undefined ? (await this.#load()).list() : [];
  }

  async getTreeItem(model: ListedModel): Promise<vscode.TreeItem> {
    return (await this.#load()).itemOf(model);
  }

  /** @param model of the list, where the command was chosen there */
  async run(action: ModelAction, model?: unknown): Promise<void> {
    await (await this.#load())[action](model as ListedModel | undefined);
  }

  async show(): Promise<void> {
    await vscode.commands.executeCommand(`${MODELS_VIEW}.focus`);
  }

  /** What is shown may have changed. Costs nothing while nobody looks. */
  refresh(): void {
    this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    await (await this.#features)?.close();
  }

  async #load(): Promise<ModelFeatures> {
    this.#features ??= import('./models/modelFeatures.ts').then(
      ({ ModelFeatures }) =>
        new ModelFeatures({
          ...this.#options,
          refresh: () => this.refresh(),
          describe: (text) => (this.#view.description = text),
        }),
    );
    return this.#features;
  }
}
