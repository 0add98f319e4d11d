/** Whether a model will be pleasant on this machine, and the question whether the user wants it all the same. */
import os from 'node:os';
import * as vscode from 'vscode';
import type { Sentence } from '../../base/sentence.ts';
import type { EngineHost } from '../../client/engineHost.ts';
import { LARGE_BYTES } from '../../client/modelHold.ts';
import { foretoldSpeed, reasonAgainst, type Demand } from '../../model/modelFit.ts';
import type { ModelSpeeds } from '../../model/modelSpeeds.ts';
import { inWords } from '../sentences.ts';
import type { Workers } from './workers.ts';

export type ModelCheckOptions = {
  readonly engine: EngineHost;
  readonly workers: Workers;
  readonly speeds: ModelSpeeds;
};

export class ModelChecks {
  readonly #options: ModelCheckOptions;
  #bandwidth: Promise<number | undefined> | undefined;

  constructor(options: ModelCheckOptions) {
    this.#options = options;
  }

  /**
   * True where the model is fine here, or the user wants it although it is not.
   * @param id tells whether it has been measured; '' where it is not there yet
   */
  async isWanted(name: string, demand: Demand, id: string): Promise<boolean> {
    const reason = await this.#reasonAgainst(demand, id);
    return reason === undefined || (await isWantedAnyway(name, reason));
  }

  async #reasonAgainst(demand: Demand, id: string): Promise<Sentence | undefined> {
    const speed = await this.#speedOf(demand, id);
    return reasonAgainst(demand, {
      totalBytes: os.totalmem(),
      // Elsewhere, what the system would give back counts as taken.
      ...(process.platform !== 'darwin' && { freeBytes: os.freemem() + this.#heldHere() }),
      ...(speed !== undefined && { tokensPerSecond: speed }),
    });
  }

  /** The model before goes when another one is loaded. */
  #heldHere(): number {
    const { state } = this.#options.engine;
    return state.kind === 'ready' && state.model.device === 'cpu' ? state.model.weightsBytes : 0;
  }

  /** Measured, or foretold for the processor. Of a small model, nobody needs to know. */
  async #speedOf(demand: Demand, id: string): Promise<number | undefined> {
    const measured = (await this.#options.speeds.read()).get(id);
    if (measured !== undefined) return measured.tokensPerSecond;
    const { state } = this.#options.engine;
    const isOnGpu = state.kind === 'ready' && state.model.device !== 'cpu';
    if (isOnGpu || demand.weightsBytes < LARGE_BYTES) return undefined;
    this.#bandwidth ??= this.#measureBandwidth();
    const bandwidth = await this.#bandwidth;
    return bandwidth === undefined ? undefined : foretoldSpeed(demand.weightsBytes, bandwidth);
  }

  async #measureBandwidth(): Promise<number | undefined> {
    const location = vscode.ProgressLocation.Window;
    const title = vscode.l10n.t('Measuring how fast the memory is');
    return vscode.window
      .withProgress({ location, title }, () => this.#options.workers.measureBandwidth())
      .then(
        (bandwidth) => bandwidth,
        () => undefined,
      );
  }
}

async function isWantedAnyway(name: string, reason: Sentence): Promise<boolean> {
  const anyway = vscode.l10n.t('Use It Anyway');
  const message = vscode.l10n.t('{0} will not be pleasant on this machine.', name);
  const detail = inWords(reason);
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, anyway)) === anyway;
}
