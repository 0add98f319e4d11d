/**
 * The engine as the editor sees it: off, loading, ready, or failed; started when somebody needs it, started again
 * after it has died, but neither endlessly nor after a crash that took the whole process.
 */
import type { Logger } from '../base/logger.ts';
import { messageOf, UserError } from '../base/userError.ts';
import type { LoadOptions } from '../model/device.ts';
import type { Generated, GenerateRequest, ModelSummary } from '../model/generation.ts';
import type { Attempt, StartLatch } from '../model/startLatch.ts';
import { EngineClient } from './engineClient.ts';

export type EngineState =
  | { readonly kind: 'off' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly model: ModelSummary }
  | { readonly kind: 'failed'; readonly error: UserError };

export type EngineHostOptions = {
  readonly workerFile: string;
  readonly latch: StartLatch;
  readonly log: Logger;
  /** Read at every start, since settings change. */
  readonly loadOptions: () => LoadOptions;
  readonly onState: (state: EngineState) => void;
};

/** More deaths than this within the time, and it stays off until it is asked for. */
const MAX_DEATHS = 3;
const DEATHS_WITHIN_MS = 5 * 60_000;

type Running = { readonly client: EngineClient; readonly ready: Promise<ModelSummary> };

export class EngineHost {
  readonly #options: EngineHostOptions;
  #state: EngineState = { kind: 'off' };
  #running: Running | undefined;
  #deathTimesMs: number[] = [];

  constructor(options: EngineHostOptions) {
    this.#options = options;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** The model, loaded now if it is not yet. Fails with what the user should know. */
  async ready(): Promise<ModelSummary> {
    if (this.#state.kind === 'failed') throw this.#state.error;
    this.#running ??= this.#start();
    return this.#running.ready;
  }

  async generate(
    request: GenerateRequest,
    options: { signal?: AbortSignal; onProgress?: (text: string) => void } = {},
  ): Promise<Generated> {
    await this.ready();
    if (this.#running === undefined) throw new UserError('closed', 'The model is switched off.');
    return this.#running.client.call('generate', request, options);
  }

  /** Ends the thread between two native calls and frees the memory. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#options.latch.clear();
    this.#setState({ kind: 'off' });
    await running?.client.close();
  }

  /** The user asks: starts afresh, whatever happened before. */
  async restart(): Promise<ModelSummary> {
    await this.stop();
    this.#options.latch.release();
    this.#deathTimesMs = [];
    return this.ready();
  }

  #start(): Running {
    const [held] = this.#options.latch.held();
    if (held !== undefined) return this.#heldBack(held);
    this.#setState({ kind: 'loading' });
    const options = this.#options.loadOptions();
    this.#options.latch.set({ modelFolder: options.modelFolder, device: 'cpu' });
    const startMs = performance.now();
    const client = new EngineClient(this.#options.workerFile, (reason) => this.#died(client, reason));
    const running: Running = { client, ready: client.call('load', options) };
    running.ready.then(
      (model) => {
        this.#loaded(running, () => this.#setState({ kind: 'ready', model }));
        const ms = (performance.now() - startMs).toFixed(0);
        this.#options.log.info(`ready after ${ms} ms: ${model.name}, ${model.precision}, ${model.hardware}`);
      },
      (error: unknown) => this.#loaded(running, () => this.#fail(running, error)),
    );
    return running;
  }

  /** Whatever came of it, the process has outlived it. An engine that was stopped meanwhile changes nothing. */
  #loaded(running: Running, settle: () => void): void {
    if (this.#running !== running) return;
    this.#options.latch.clear();
    settle();
  }

  #heldBack({ modelFolder }: Attempt): never {
    const error = new UserError(
      'internal',
      'The editor was ended by a crash while the model was being loaded, so it was not loaded again. Try it with "GPT-J: Restart", or pick another model.',
      modelFolder,
    );
    this.#options.log.error(`held back after a crash: ${modelFolder}`);
    this.#setState({ kind: 'failed', error });
    throw error;
  }

  #died(client: EngineClient, reason: UserError): void {
    if (this.#running?.client !== client) return;
    this.#options.latch.clear();
    this.#running = undefined;
    const nowMs = Date.now();
    this.#deathTimesMs = [...this.#deathTimesMs.filter((timeMs) => nowMs - timeMs < DEATHS_WITHIN_MS), nowMs];
    this.#options.log.error(
      `the engine has died (${this.#deathTimesMs.length}): ${reason.detail ?? reason.message}`,
    );
    // Off means that the next request starts it again.
    this.#setState(
      this.#deathTimesMs.length >= MAX_DEATHS ? { kind: 'failed', error: reason } : { kind: 'off' },
    );
  }

  #fail(running: Running, error: unknown): void {
    this.#running = undefined;
    const failure = error instanceof UserError ? error : new UserError('internal', messageOf(error));
    this.#options.log.error(`loading failed: ${failure.message} ${failure.detail ?? ''}`);
    this.#setState({ kind: 'failed', error: failure });
    void running.client.close();
  }

  #setState(state: EngineState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
