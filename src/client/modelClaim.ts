/** What a start needs beside the model itself: that no other window has a large one. Small models need nothing. */
import { systemClock } from '../base/clock.ts';
import { readManifest } from '../model/modelFolder.ts';
import { heldElsewhere, LARGE_BYTES, LOOK_MS, needsHold, type ModelHold } from './modelHold.ts';

/** So long whoever asked for the model may take it, and nobody here. */
const TURN_MS = 5 * LOOK_MS;

export class ModelClaim {
  readonly #hold: ModelHold;
  readonly #largeBytes: number;

  /** @param largeBytes a model with more than this needs the hold */
  constructor(hold: ModelHold, largeBytes = LARGE_BYTES) {
    this.#hold = hold;
    this.#largeBytes = largeBytes;
  }

  /** Call before a model is loaded. Fails where it is large and another window has one. */
  async take(modelFolder: string): Promise<void> {
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
    await this.#hold.release();
  }

  /** Releases, and lets another window go first. */
  async giveWay(): Promise<void> {
    await this.#hold.release();
    await systemClock.wait(TURN_MS);
  }

  /** undefined where it needs no hold, and where it cannot be read: its load will say why. */
  async nameOfLarge(modelFolder: string): Promise<string | undefined> {
    const manifest = await readManifest(modelFolder).catch(() => undefined);
    return manifest !== undefined && needsHold(manifest, this.#largeBytes) ? manifest.name : undefined;
  }
}
