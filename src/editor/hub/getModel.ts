/** "Get a Model…": from a list to a model that runs. Whatever ends it on the way, the next time goes on. */
import * as vscode from 'vscode';
import type { Logger } from '../../base/logger.ts';
import { UserError } from '../../base/userError.ts';
import { CATALOGUE } from '../../hub/catalogue.ts';
import { unfinishedDownloads } from '../../hub/downloadRecord.ts';
import type { Hub } from '../../hub/hubHost.ts';
import { ModelDownload, removeDownload } from '../../hub/modelDownload.ts';
import { parseRepositoryName, type RepositoryName } from '../../hub/repository.ts';
import { PATIENT } from '../../hub/retries.ts';
import type { ModelImports } from '../models/modelImport.ts';
import type { Workers } from '../models/workers.ts';
import type { AccessTokens } from './accessTokens.ts';
import { confirmFetch } from './fetchConfirmation.ts';
import { withFetchProgress } from './fetchProgress.ts';
import { pickModel, type Choice } from './modelPicker.ts';

export type GetModelOptions = {
  readonly tokens: AccessTokens;
  readonly imports: ModelImports;
  readonly workers: Workers;
  /** There is a model that was not there before. */
  readonly onImported: () => void;
  readonly downloadsFolder: string;
  readonly memory: vscode.Memento;
  readonly log: Logger;
};

/** What is picked in the end. */
type Wanted = {
  readonly hub: Hub;
  readonly name: RepositoryName;
};

/** As "Import a Model…" proposes first. */
const FORM = { bits: 4, block: 64 } as const;
const BANDWIDTH_KEY = 'memoryBandwidth';

export class GetModel {
  readonly #options: GetModelOptions;
  readonly #closing = new AbortController();

  constructor(options: GetModelOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { tokens, downloadsFolder } = this.#options;
    const hub = await tokens.hub();
    const bandwidth = this.#bandwidth();
    const choice = await pickModel({
      ...{ host: hub.base.host, bandwidth },
      unfinished: await unfinishedDownloads(downloadsFolder),
      remove: ({ folder }) => removeDownload(folder),
    });
    const wanted = choice && (await this.#wantedOf(choice, hub));
    if (wanted !== undefined) await this.#get(wanted, bandwidth);
  }

  /** The window closes: what has arrived stays. */
  dispose(): void {
    this.#closing.abort();
  }

  async #wantedOf(choice: Choice, hub: Hub): Promise<Wanted | undefined> {
    switch (choice.kind) {
      case 'listed':
        return { hub, name: choice.entry };
      case 'go on': {
        const { id, commit, host } = choice.unfinished;
        return { hub: await this.#options.tokens.hub(host), name: { id, revision: commit } };
      }
      case 'other': {
        const text = await askRepository(hub);
        return text === undefined ? undefined : { hub, name: parseRepositoryName(text, hub) };
      }
      case 'folder':
        await vscode.commands.executeCommand('gptj.importModel');
        return undefined;
    }
  }

  async #get({ hub, name }: Wanted, bandwidth: Promise<number | undefined>): Promise<void> {
    const { downloadsFolder, imports, log } = this.#options;
    const modelName = `${name.id.split('/')[1] ?? name.id}-4-bit`;
    if (await imports.has(modelName)) {
      await imports.offerToUse(modelName);
      return;
    }
    const title = vscode.l10n.t('Fetching {0}', name.id);
    const asking = vscode.l10n.t('Asking {0} for {1}', hub.base.host, name.id);
    const download = await withFetchProgress(asking, this.#closing.signal, ({ signal, onWait }) => {
      const retries = { ...PATIENT, onWait };
      return ModelDownload.open(name, { hub, downloadsFolder, retries, signal });
    });
    try {
      const size = await imports.plan({ checkpoint: download.folder, ...FORM });
      const entry = CATALOGUE.find(({ id }) => id === name.id);
      const question = { host: hub.base.host, download, size, entry, bandwidth: await bandwidth };
      const confirmed = await confirmFetch(question);
      if (confirmed === undefined) {
        await download.abandon();
        return;
      }
      log.info(`fetching ${name.id} at ${download.repository.commit}: ${download.sizeBytes} bytes`);
      await withFetchProgress(title, this.#closing.signal, (reports) => download.fetchWeights(reports));
      await imports.import({
        ...{ checkpoint: download.folder, out: imports.folderOf(modelName), ...FORM },
        name: modelName.slice(0, -'-4-bit'.length),
      });
      this.#options.onImported();
      await download.finish(confirmed);
    } catch (error) {
      // Neither a family that is not known nor a cancellation before the first byte leaves anything to go on with.
      await download.abandon().catch(() => undefined);
      throw error;
    } finally {
      await download.close();
    }
    // Not awaited: the command is over, whenever the notification is closed.
    void imports.offerToUse(modelName);
  }

  /** Measured once: it takes a second of all processors. */
  async #bandwidth(): Promise<number | undefined> {
    const { workers, memory, log } = this.#options;
    const known = memory.get<number>(BANDWIDTH_KEY);
    if (known !== undefined) return known;
    try {
      const measured = await workers.measureBandwidth();
      await memory.update(BANDWIDTH_KEY, measured);
      return measured;
    } catch (error) {
      log.warn(`the memory's speed is not known: ${String(error)}`);
      return undefined;
    }
  }
}

async function askRepository(hub: Hub): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Repository on {0}', hub.base.host),
    placeHolder: CATALOGUE[0]?.id ?? '',
    prompt: vscode.l10n.t(
      'owner/name of a GPT-J or CodeGen checkpoint; @revision behind it where it is not the main one.',
    ),
    ignoreFocusOut: true,
    validateInput: (text) => {
      try {
        parseRepositoryName(text, hub);
        return undefined;
      } catch (error) {
        return error instanceof UserError && text.trim() !== '' ? error.message : undefined;
      }
    },
  });
}
