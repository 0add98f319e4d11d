/**
 * Records that a GPU works, for as long as it does: a driver that crashes in the middle of a generation takes as much
 * with it as one that crashes while it loads. The processor has proved itself when it has loaded a model.
 */
import type { Device, LoadOptions } from '../model/device.ts';
import { StartLatch } from '../model/startLatch.ts';

export class WorkRecord {
  #latch: StartLatch | undefined;
  #modelFolder = '';
  #device: Device = 'cpu';
  #nAtWork = 0;
  #isRecorded = false;

  /** Call when a model has been loaded. */
  loaded({ modelFolder, stateFolder }: LoadOptions, device: Device): void {
    this.#latch = stateFolder === undefined ? undefined : new StartLatch(stateFolder);
    this.#modelFolder = modelFolder;
    this.#device = device;
  }

  /** Call when work goes on elsewhere. */
  movedTo(device: Device): void {
    this.#device = device;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#nAtWork++;
    if (!this.#isRecorded && this.#device !== 'cpu') {
      this.#latch?.set({ modelFolder: this.#modelFolder, device: this.#device });
      this.#isRecorded = true;
    }
    try {
      return await work();
    } finally {
      if (--this.#nAtWork === 0 && this.#isRecorded) {
        this.#latch?.clear();
        this.#isRecorded = false;
      }
    }
  }
}
