/** What completions need of a model. The client implements it; tests script it. */
import type { Generated, GeneratedSoFar, GenerateRequest } from '../model/generation.ts';

export type CompletionModel = {
  generate(
    request: GenerateRequest,
    signal: AbortSignal,
    onProgress: (soFar: GeneratedSoFar) => void,
  ): Promise<Generated>;
};
