/**
 * "Install CUDA Support": says what is fetched, from where and to where, before anything is; and puts what is installed
 * beside the runtime at each start. Only linux-x64 has such libraries.
 */
import * as vscode from 'vscode';
import type { Logger } from '../base/logger.ts';
import { say } from '../base/sentence.ts';
import { messageOf, UserError } from '../base/userError.ts';
import {
  CUDA_PACKAGE,
  isInstalled,
  librariesFolder,
  linkLibraries,
  runtimeFolder,
  runtimeVersion,
} from '../hub/cudaLibraries.ts';
import { signalOf } from './cancellation.ts';

const MB = 1e6;

export type CudaSupportOptions = {
  readonly extensionFolder: string;
  /** The extension's own, which outlives its updates. */
  readonly storage: string;
  readonly log: Logger;
};

export class CudaSupport {
  readonly #options: CudaSupportOptions;
  #isInstalling = false;

  constructor(options: CudaSupportOptions) {
    this.#options = options;
  }

  /** Puts the libraries beside the runtime where they are installed. Call before the first model is loaded. */
  async link(): Promise<void> {
    if (!isSupported()) return;
    try {
      const { folder } = await this.#place();
      if (await isInstalled(folder))
        await linkLibraries(folder, runtimeFolder(this.#options.extensionFolder));
    } catch (error) {
      const detail = error instanceof UserError ? error.detail : undefined;
      this.#options.log.warn(`CUDA is installed and cannot be used: ${messageOf(error)} ${detail ?? ''}`);
    }
  }

  async install(): Promise<void> {
    if (!isSupported()) {
      throw new UserError(
        'bad-argument',
        say`CUDA libraries exist only for linux-x64, and this is ${process.platform}-${process.arch}. Use WebGPU here: it needs no installation.`,
      );
    }
    if (this.#isInstalling) {
      throw new UserError(
        'bad-argument',
        'CUDA support is being installed already. Its notification shows how far.',
      );
    }
    this.#isInstalling = true;
    try {
      await this.#install();
    } finally {
      this.#isInstalling = false;
    }
  }

  async #install(): Promise<void> {
    const { version, folder } = await this.#place();
    const wasInstalled = await isInstalled(folder);
    if (!wasInstalled) {
      if (!(await confirm(version, folder))) return;
      await this.#download(version, folder);
    }
    await linkLibraries(folder, runtimeFolder(this.#options.extensionFolder));
    const message = wasInstalled
      ? vscode.l10n.t('CUDA support {0} is installed already, in {1}.', version, folder)
      : vscode.l10n.t('CUDA support {0} has been installed. Restart the model to use it.', version);
    const restart = vscode.l10n.t('Restart');
    // Not awaited: the command is over, whenever the notification is closed.
    void vscode.window.showInformationMessage(message, restart).then((picked) => {
      if (picked === restart) void vscode.commands.executeCommand('gptj.restart');
    });
  }

  async #download(version: string, folder: string): Promise<void> {
    // What opens connections is not even evaluated before this point.
    const { downloadCudaLibraries } = await import('../hub/cudaDownload.ts');
    this.#options.log.info(`fetching ${CUDA_PACKAGE} ${version}`);
    const title = vscode.l10n.t('Fetching {0} {1}', CUDA_PACKAGE, version);
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await vscode.window.withProgress(options, async (progress, token) => {
      let shown = 0;
      await downloadCudaLibraries({
        ...{ version, folder, signal: signalOf(token) },
        onProgress: ({ receivedBytes, sizeBytes }) => {
          const percent = Math.floor((100 * receivedBytes) / sizeBytes);
          if (percent <= shown) return;
          const [done, all] = [receivedBytes, sizeBytes].map((bytes) => (bytes / MB).toFixed(0));
          progress.report({
            increment: percent - shown,
            message: vscode.l10n.t('{0} of {1} MB', done ?? '', all ?? ''),
          });
          shown = percent;
        },
      });
    });
  }

  async #place(): Promise<{ version: string; folder: string }> {
    const version = await runtimeVersion(this.#options.extensionFolder);
    return { version, folder: librariesFolder(this.#options.storage, version) };
  }
}

function isSupported(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

async function confirm(version: string, folder: string): Promise<boolean> {
  const fetchIt = vscode.l10n.t('Fetch and Install');
  const detail = [
    vscode.l10n.t(
      'What is fetched: the package {0}, version {1}, about 250 MB, by Microsoft under the MIT licence, from NuGet (https://api.nuget.org). Two libraries of it are kept in {2}.',
      ...[CUDA_PACKAGE, version, folder],
    ),
    vscode.l10n.t('What you need yourself: the NVIDIA driver, CUDA 12 and cuDNN 9.'),
    vscode.l10n.t('Nobody has tested this with real hardware yet. WebGPU needs no installation.'),
    vscode.l10n.t('Nothing is sent but the request for these files.'),
  ].join('\n\n');
  const question = vscode.l10n.t('Fetch the CUDA libraries of ONNX Runtime?');
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, fetchIt)) === fetchIt;
}
