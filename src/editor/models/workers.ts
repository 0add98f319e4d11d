/** Workers beside the engine's, each for one thing that takes long, so that completions go on meanwhile. */
import os from 'node:os';
import { EngineClient } from '../../client/engineClient.ts';

export class Workers {
  readonly #workerFile: string;
  readonly #running = new Set<EngineClient>();

  constructor(workerFile: string) {
    this.#workerFile = workerFile;
  }

  /** Starts one, and ends it whatever happens. */
  async use<T>(run: (client: EngineClient) => Promise<T>): Promise<T> {
    const client = new EngineClient(this.#workerFile);
    this.#running.add(client);
    try {
      return await run(client);
    } finally {
      this.#running.delete(client);
      await client.close();
    }
  }

  /** What this machine reads from memory, in bytes a second. It takes a second or two of all processors. */
  async measureBandwidth(): Promise<number> {
    return this.use((client) => client.call('measureBandwidth', { nThreads: os.availableParallelism() }));
  }

  /** Ends those at work, cleanly. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((client) => client.close()));
  }
}
