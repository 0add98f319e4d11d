/** The engine as the editor sees it, put to sleep while nobody uses it. The next use loads it again. */
import type { Clock } from '../base/clock.ts';
import type {
  ContinuationsRequest,
  Generated,
  GeneratedSoFar,
  GenerateRequest,
  ModelSummary,
  ScoredContinuations,
} from '../model/generation.ts';
import type { CallOptions } from '../protocol/caller.ts';
import { EngineHost } from './engineHost.ts';
import type { EngineHostOptions } from './engineHostOptions.ts';
import { IdleUnload } from './idleUnload.ts';

export type RestingEngineOptions = EngineHostOptions & {
  readonly clock: Clock;
  /** How long without use; 0: never. */
  readonly idleMs: () => number;
  /** It is off, and for this reason. */
  readonly onAsleep: () => void;
};

export class RestingEngine extends EngineHost {
  readonly #idle: IdleUnload;

  constructor(options: RestingEngineOptions) {
    super(options);
    const { clock, idleMs, onAsleep, log } = options;
    const unload = () => {
      if (this.state.kind !== 'ready') return;
      log.info(`asleep after ${(idleMs() / 60_000).toFixed(2)} minutes without use`);
      void this.stop();
      onAsleep();
    };
    this.#idle = new IdleUnload({ clock, idleMs, unload });
  }

  override ready(): Promise<ModelSummary> {
    return this.#idle.during(() => super.ready());
  }

  override generate(request: GenerateRequest, options: CallOptions<GeneratedSoFar> = {}): Promise<Generated> {
    return this.#idle.during(() => super.generate(request, options));
  }

  override scoreContinuations(
    request: ContinuationsRequest,
    options: CallOptions<never> = {},
  ): Promise<ScoredContinuations> {
    return this.#idle.during(() => super.scoreContinuations(request, options));
  }

  /** The setting may say another time. */
  idleTimeChanged(): void {
    this.#idle.settingChanged();
  }

  override async close(): Promise<void> {
    this.#idle.dispose();
    await super.close();
  }
}
