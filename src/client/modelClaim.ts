/** What a start needs beside the model itself: that no other window has a large one, and that nobody removes it. */
import { systemClock } from '../base/clock.ts';
import { readManifest } from '../model/modelFolder.ts';
import { heldElsewhere, LARGE_BYTES, LOOK_MS, needsHold, type ModelHold } from './modelHold.ts';
import type { ModelUses } from './modelUses.ts';

/** So long whoever asked for the model may take it, and nobody here. */
const TURN_MS = 5 * LOOK_MS;

export type ModelClaimOptions = {
  /** Told of every model, whatever its size. */
  readonly uses?: ModelUses;
  /** A model with more than this needs the hold. */
  readonly largeBytes?: number;
};

export class ModelClaim {
  readonly #hold: ModelHold;
  readonly #uses: ModelUses | undefined;
  readonly #largeBytes: number;

  constructor(hold: ModelHold, { uses, largeBytes = LARGE_BYTES }: ModelClaimOptions = {}) {
    this.#hold = hold;
    this.#uses = uses;
    this.#largeBytes = largeBytes;
  }

  /** Call before a model is loaded. Fails where it is large and another window has one, or where it is being removed. */
  async take(modelFolder: string): Promise<void> {
    await this.#takeHold(modelFolder);
    await this.#uses?.begin(modelFolder);
  }

  async #takeHold(modelFolder: string): Promise<void> {
    const modelName = await this.nameOfLarge(modelFolder);
    if (modelName === undefined) {
      // The model before may have been large.
      await this.#hold.release();
      return;
    }
    const taken = await this.#hold.take(modelName);
    if (taken.kind === 'elsewhere') throw heldElsewhere(taken.holder);
  }

  /** Call when no model is in memory any more, and none is about to be. */
  async release(): Promise<void> {
    await Promise.all([this.#hold.release(), this.#uses?.end()]);
  }

  /** Releases, and lets another window go first. */
  async giveWay(): Promise<void> {
    await this.release();
    await systemClock.wait(TURN_MS);
  }

  /** undefined where it needs no hold, and where it cannot be read: its load will say why. */
  async nameOfLarge(modelFolder: string): Promise<string | undefined> {
    const manifest = await readManifest(modelFolder).catch(() => undefined);
    return manifest !== undefined && needsHold(manifest, this.#largeBytes) ? manifest.name : undefined;
  }
}
