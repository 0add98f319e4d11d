/**
 * The engine as the editor sees it: off, loading, ready, or failed; started when somebody needs it, started again
 * after it has died, but neither endlessly nor in the way that crashed. There is never more than one: a start waits
 * until the engine before it has closed, since two would be two queues to one GPU. A large model is claimed before it
 * is loaded, and the claim ends when nothing of it is in memory and nobody is about to load it again.
 */
import { spell, type Sentence } from '../base/sentence.ts';
import { cancelled, isCancelled, messageOf, UserError } from '../base/userError.ts';
import type { LoadOptions } from '../model/device.ts';
import type {
  ContinuationsRequest,
  Generated,
  GeneratedSoFar,
  GenerateRequest,
  ModelSummary,
  ScoredContinuations,
} from '../model/generation.ts';
import type { StartLatch } from '../model/startLatch.ts';
import type { CallOptions } from '../protocol/caller.ts';
import type { EngineCalls } from '../protocol/calls.ts';
import { EngineClient, type Death } from './engineClient.ts';
import type { EngineHostOptions, EngineState } from './engineHostOptions.ts';
import { RecentDeaths } from './recentDeaths.ts';
import { crashNotice, diedNotice, heldBack, planStart, readyLine, type Circumstances } from './startPlan.ts';

type Loaded = { readonly client: EngineClient; readonly model: ModelSummary; readonly modelFolder: string };

/** One start, and what came of it. */
type Run = {
  /** undefined before it has been started, and after it has died. */
  client: EngineClient | undefined;
  /** The claim being made, or made. Never fails. */
  claimed: Promise<unknown> | undefined;
  loaded: Loaded | undefined;
  isStopped: boolean;
  readonly loading: Promise<Loaded>;
};

export class EngineHost {
  readonly #options: EngineHostOptions;
  #state: EngineState = { kind: 'off' };
  #run: Run | undefined;
  /** The engines that are still closing. Never fails. */
  #closing: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #isCareful = false;
  #isAfresh = false;
  readonly #deaths = new RecentDeaths();
  readonly #told = new Set<string>();

  constructor(options: EngineHostOptions) {
    this.#options = options;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** The model, loaded now if it is not yet. Fails with what the user should know. */
  async ready(): Promise<ModelSummary> {
    const run = this.#current();
    const { model } = await run.loading;
    return run.loaded?.model ?? model;
  }

  async generate(request: GenerateRequest, options: CallOptions<GeneratedSoFar> = {}): Promise<Generated> {
    return this.#ask('generate', request, options);
  }

  async scoreContinuations(
    request: ContinuationsRequest,
    options: CallOptions<never> = {},
  ): Promise<ScoredContinuations> {
    return this.#ask('scoreContinuations', request, options);
  }

  async #ask<K extends 'generate' | 'scoreContinuations'>(
    name: K,
    params: EngineCalls[K]['params'],
    options: CallOptions<EngineCalls[K]['progress']>,
  ): Promise<EngineCalls[K]['result']> {
    const run = this.#current();
    const loaded = await run.loading;
    const result = await loaded.client.call(name, params, options);
    if (result.movedTo !== undefined && this.#run === run)
      this.#becomeReady(run, { ...loaded, model: result.movedTo });
    return result;
  }

  /** Ends the engine between two native calls and frees the memory. */
  async stop(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    this.#setState({ kind: 'off' });
    if (run !== undefined) {
      run.isStopped = true;
      this.#end(run);
    }
    await this.#releaseWhenClosed();
  }

  /** Stops for another window; a start that is asked for meanwhile comes after that window's turn. */
  async giveWay(): Promise<void> {
    const stopped = this.stop();
    this.#closing = this.#closing.then(() => this.#options.claim.giveWay());
    await Promise.all([stopped, this.#closing]);
  }

  /** Stops, and is not started any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.stop();
  }

  /** The user asks: starts afresh, whatever happened before. */
  async restart(): Promise<ModelSummary> {
    void this.stop();
    this.#isCareful ||= this.#options.latch.held().length > 0;
    this.#options.latch.release();
    this.#isAfresh = true;
    this.#deaths.forget();
    this.#told.clear();
    return this.ready();
  }

  #current(): Run {
    if (this.#isClosed) throw new UserError('closed', 'The model is being closed.');
    if (this.#state.kind === 'failed') throw this.#state.error;
    this.#run ??= this.#start();
    return this.#run;
  }

  #start(): Run {
    this.#setState({ kind: 'loading' });
    const startMs = performance.now();
    const run: Run = {
      ...{ client: undefined, claimed: undefined, loaded: undefined, isStopped: false },
      loading: Promise.resolve().then(() => this.#load(run)),
    };
    run.loading.then(
      ({ model }) => {
        const ms = (performance.now() - startMs).toFixed(0);
        this.#options.log.info(`ready after ${ms} ms: ${readyLine(model)}`);
      },
      (error: unknown) => this.#fail(run, error),
    );
    return run;
  }

  /** A child process that crashes on the way has left a record of what it tried: the next plan goes round that. */
  async #load(run: Run): Promise<Loaded> {
    await this.#closing;
    checkWanted(run);
    await this.#claim(run);
    for (;;) {
      checkWanted(run);
      const options = this.#options.loadOptions();
      const circumstances = this.#circumstances(options);
      const plan = planStart(circumstances);
      if (plan.kind === 'held-back') throw heldBack(options);
      const client: EngineClient = new EngineClient(
        this.#options.workerFile,
        (death) => this.#died(run, client, death),
        plan.isolation,
      );
      run.client = client;
      const how = [
        `in a ${plan.isolation} (${client.pid})`,
        ...plan.avoided.map((device) => `not ${device}`),
      ];
      this.#options.log.info(`loading ${options.modelFolder} ${how.join(', ')}`);
      try {
        const asked = { ...options, avoided: plan.avoided, afresh: this.#isAfresh };
        const model = await client.call('load', asked);
        this.#isAfresh = false;
        checkWanted(run);
        const loaded = { client, model, modelFolder: options.modelFolder };
        this.#becomeReady(run, loaded);
        this.#tellOfCrash(model, circumstances);
        return loaded;
      } catch (error) {
        checkWanted(run);
        if (this.#run !== run || isAlive(run)) throw error;
      }
    }
  }

  async #claim(run: Run): Promise<void> {
    const claimed = this.#options.claim.take(this.#options.loadOptions().modelFolder);
    run.claimed = claimed.catch(() => undefined);
    await claimed;
  }

  #circumstances({ modelFolder }: LoadOptions): Circumstances {
    const { latch, isolation } = this.#options;
    return { held: latch.held(), modelFolder, isolation: isolation(), isCareful: this.#isCareful };
  }

  #becomeReady(run: Run, loaded: Loaded): void {
    const { model } = loaded;
    run.loaded = loaded;
    this.#setState({ kind: 'ready', model });
    if (model.notice !== undefined) this.#tell(model.notice);
  }

  #tellOfCrash(model: ModelSummary, circumstances: Circumstances): void {
    const notice = crashNotice(model, circumstances);
    if (notice === undefined) return;
    this.#options.latch.markTold(circumstances.modelFolder);
    this.#tell(notice);
  }

  #tell(notice: Sentence): void {
    const words = spell(notice);
    if (this.#told.has(words)) return;
    this.#told.add(words);
    this.#options.log.warn(words);
    this.#options.onNotice(notice);
  }

  #died(run: Run, client: EngineClient, { how, reason }: Death): void {
    run.client = undefined;
    const record = this.#options.latch.of(client.pid);
    // What this process has outlived, or a child has ended of without a crash, is no reason to avoid a device.
    if (how === 'ended') record.clear();
    if (this.#run !== run) return;
    const { nDeaths, isLast } = this.#deaths.record(Date.now());
    this.#options.log.error(`the engine has died (${nDeaths}): ${reason.detail ?? reason.message}`);
    const isLoading = run.loaded === undefined;
    if (isLoading && how !== 'ended' && !isLast) return; // #load goes on

    this.#run = undefined;
    // Off means that the next request starts it again.
    this.#setState(isLast ? { kind: 'failed', error: reason } : { kind: 'off' });
    if (run.loaded !== undefined && how !== 'ended') this.#crashedAtWork(run.loaded, how, record);
    if (isLast) void this.#releaseWhenClosed();
  }

  /** What crashed while it loaded is recorded; of what crashed later, only a GPU is worth a record. */
  #crashedAtWork({ model, modelFolder }: Loaded, how: 'killed' | 'crashed', record: StartLatch): void {
    const { device } = model;
    if (how === 'crashed' && device !== 'cpu') {
      // It may have been idle, which nobody records.
      record.set({ modelFolder, device });
    } else {
      record.clear();
      this.#tell(diedNotice(how));
    }
  }

  #fail(run: Run, error: unknown): void {
    if (this.#run !== run || isCancelled(error)) return;
    this.#run = undefined;
    const failure = error instanceof UserError ? error : new UserError('internal', messageOf(error));
    this.#options.log.error(`loading failed: ${failure.message} ${failure.detail ?? ''}`);
    this.#setState({ kind: 'failed', error: failure });
    this.#end(run);
    if (failure.code !== 'held') void this.#releaseWhenClosed(); // else nothing was claimed
  }

  /** Told to close first, so that it records nothing after its record has been removed. */
  #end({ client, claimed }: Run): void {
    this.#closing = Promise.all([this.#closing, claimed, client?.close()]);
    if (client !== undefined) this.#options.latch.of(client.pid).clear();
  }

  /** Unless it has been started again, which keeps the claim: in between, another window could take it. */
  async #releaseWhenClosed(): Promise<void> {
    const closing = this.#closing;
    await closing;
    if (this.#run === undefined && this.#closing === closing) await this.#options.claim.release();
  }

  #setState(state: EngineState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

function checkWanted({ isStopped }: Run): void {
  if (isStopped) throw cancelled();
}

function isAlive({ client }: Run): boolean {
  return client !== undefined;
}
