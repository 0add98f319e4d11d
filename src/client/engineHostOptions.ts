/** What an engine host is made of, and the states that it tells of. */
import type { Logger } from '../base/logger.ts';
import type { Sentence } from '../base/sentence.ts';
import type { UserError } from '../base/userError.ts';
import type { LoadOptions } from '../model/device.ts';
import type { ModelSummary } from '../model/generation.ts';
import type { StartLatch } from '../model/startLatch.ts';
import type { ModelClaim } from './modelClaim.ts';
import type { IsolationSetting } from './startPlan.ts';

export type EngineState =
  | { readonly kind: 'off' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly model: ModelSummary }
  | { readonly kind: 'failed'; readonly error: UserError };

export type EngineHostOptions = {
  readonly workerFile: string;
  /** What engines record before they try it. */
  readonly latch: StartLatch;
  readonly claim: ModelClaim;
  readonly log: Logger;
  /** Read at every start, since settings change. */
  readonly loadOptions: () => LoadOptions;
  readonly isolation: () => IsolationSetting;
  readonly onState: (state: EngineState) => void;
  /** What the user should be told although nothing has failed. Each sentence once. */
  readonly onNotice: (notice: Sentence) => void;
};
