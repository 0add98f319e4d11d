/**
 * Keys and values that stay on the device: per layer two tensors `[1, heads, capacity, headDim]`, which the graph reads
 * and writes in place. Going back is only a smaller length; what lies behind it is written over.
 */
import type { Architecture } from '../model/architecture.ts';
import type { DeviceBuffers } from '../onnx/deviceBuffers.ts';
import type { DeviceTensor } from '../onnx/session.ts';
import { cacheShape } from './graph/deviceGraph.ts';
import { KvCache } from './kvCache.ts';

/** Room comes in steps of so many tokens. */
const STEP = 256;
const GROWTH = 1.5;

export class DeviceCache extends KvCache {
  readonly #architecture: Architecture;
  readonly #buffers: DeviceBuffers;
  readonly #bytesPerToken: number;
  /** Keys and values of a layer at 2i and 2i + 1; none before there is room. */
  readonly tensors: DeviceTensor[] = [];
  #capacity = 0;
  #wanted = 0;
  #isDisposed = false;

  constructor(architecture: Architecture, buffers: DeviceBuffers, bytesPerToken: number) {
    super();
    this.#architecture = architecture;
    this.#buffers = buffers;
    this.#bytesPerToken = bytesPerToken;
  }

  get sizeBytes(): number {
    return this.#capacity * this.#bytesPerToken;
  }

  /** The room is made with the next tokens. */
  override reserve(nTokens: number): void {
    this.#wanted = nTokens;
  }

  /** Makes room for `nNew` more tokens. A native call for each tensor that has to grow. */
  async makeRoom(nNew: number): Promise<void> {
    const needed = this.length + nNew;
    if (needed <= this.#capacity) return;
    const most = this.#architecture.nPositions;
    const roomy = Math.ceil(Math.max(needed, this.#wanted, this.#capacity * GROWTH) / STEP) * STEP;
    await this.#grow(Math.min(most, roomy));
  }

  /** The rows of `ids` have been written behind the others. */
  append(ids: readonly number[]): void {
    this.push(ids);
  }

  override dispose(): void {
    this.#isDisposed = true;
    for (const tensor of this.tensors.splice(0)) tensor.dispose();
  }

  async #grow(capacity: number): Promise<void> {
    const extra = cacheShape(this.#architecture, capacity - this.#capacity);
    for (let index = 0; index < 2 * this.#architecture.nLayers; index++) {
      const old = this.tensors[index];
      // One after the other, so that two copies of a whole cache never exist.
      const grown = await (old === undefined
        ? this.#buffers.zeros(extra)
        : this.#buffers.lengthened(old, extra));
      old?.dispose();
      this.tensors[index] = grown;
    }
    this.#capacity = capacity;
    if (this.#isDisposed) this.dispose();
  }
}
