/**
 * What may be said between the editor's thread and the engine's: one type per call. Everything else (messages,
 * the caller, the server) is derived from this table.
 */
import type { Generated, GenerateRequest, ModelSummary } from '../model/generation.ts';

export type EngineCalls = {
  load: {
    params: { readonly modelFolder: string; readonly nThreads: number };
    result: ModelSummary;
    progress: never;
  };
  /** Progress is the text so far. */
  generate: { params: GenerateRequest; result: Generated; progress: string };
  logits: {
    params: { readonly ids: readonly number[]; readonly chunkTokens: number };
    result: { readonly argmax: readonly number[]; readonly last: Float32Array };
    progress: never;
  };
  /** What the machine reads from memory with all threads, in bytes a second. */
  measureBandwidth: { params: { readonly nThreads: number }; result: number; progress: never };
  /** Result: bytes of weights written. */
  importModel: { params: ImportParams; result: number; progress: ImportStep };
  /** Ends every generation, waits for the native call in progress, frees the model, and ends the thread. */
  close: { params: undefined; result: undefined; progress: never };
};

export type ImportParams = {
  readonly checkpoint: string;
  readonly out: string;
  readonly bits: 4 | 8 | 32;
  readonly block: 32 | 64 | 128;
};

export type ImportStep = { readonly tensor: string; readonly doneShare: number };
