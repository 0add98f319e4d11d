/**
 * What may be said between the editor's thread and the engine's: one type per call. Everything else (messages,
 * the caller, the server) is derived from this table.
 */
import type { Architecture } from '../model/architecture.ts';
import type { VerifiedFile } from '../model/verifyFolder.ts';
import type { LoadOptions } from '../model/device.ts';
import type { Replayed, ReplayParams } from '../model/draftTrace.ts';
import type {
  ContinuationsRequest,
  Generated,
  GeneratedSoFar,
  GenerateRequest,
  ModelSummary,
  ScoredContinuations,
} from '../model/generation.ts';
import type { ModelSize } from '../model/modelSize.ts';

export type EngineCalls = {
  load: {
    params: LoadOptions;
    result: ModelSummary;
    progress: never;
  };
  generate: { params: GenerateRequest; result: Generated; progress: GeneratedSoFar };
  scoreContinuations: { params: ContinuationsRequest; result: ScoredContinuations; progress: never };
  logits: {
    params: { readonly ids: readonly number[]; readonly chunkTokens: number };
    result: { readonly argmax: readonly number[]; readonly last: Float32Array };
    progress: never;
  };
  /** How well the model foresees a text. */
  score: { params: { readonly text: string }; result: Score; progress: never };
  /** Times recorded drafts on the model, with and without them. */
  replayDrafts: { params: ReplayParams; result: Replayed; progress: never };
  /** Which of the runtime's execution providers really start here. */
  probeProviders: { params: undefined; result: readonly ProviderProbe[]; progress: never };
  /** What the machine reads from memory with all threads, in bytes a second. */
  measureBandwidth: { params: { readonly nThreads: number }; result: number; progress: never };
  /** What a model will take, by the `config.json` in a folder alone. */
  planImport: { params: PlanParams; result: ModelSize; progress: never };
  /** Result: bytes of weights written. */
  importModel: { params: ImportParams; result: number; progress: ImportStep };
  /** Whether the files of a model folder are what was written. Progress: the share that has been read. */
  verifyModel: {
    params: { readonly modelFolder: string };
    result: readonly VerifiedFile[];
    progress: number;
  };
  /** Makes a model of random weights, for benchmarks. */
  writeSyntheticModel: { params: SyntheticParams; result: undefined; progress: never };
  /** Ends every generation, waits for the native call in progress, frees the model, and ends the thread. */
  close: { params: undefined; result: undefined; progress: never };
};

export type ImportParams = {
  readonly checkpoint: string;
  readonly out: string;
  readonly bits: 4 | 8 | 32;
  readonly block: 32 | 64 | 128;
  /** What the checkpoint does not say of itself: a JSON file with name, languages, licence, prompts. */
  readonly about?: string;
  /** What the model is called; else as its folder is. */
  readonly name?: string;
};

export type PlanParams = Pick<ImportParams, 'checkpoint' | 'bits' | 'block'>;

export type SyntheticParams = {
  readonly out: string;
  readonly name: string;
  readonly architecture: Architecture;
  readonly bits: 4 | 8 | 32;
  readonly block: 32 | 64 | 128;
};

/** Sum of -ln p over tokens, each foreseen from those before it. Tokens that the model rules out count apart. */
export type Score = { readonly nats: number; readonly tokens: number; readonly unseen: number };

export type ProviderProbe = { readonly name: string; readonly problem?: string };

export type ImportStep = {
  readonly tensor: string;
  readonly doneShare: number;
  /** Once it has gone on for long enough to tell. */
  readonly leftMs?: number;
};
