/** What a request says, against what the model can do. */
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import type { GenerateRequest, Sampling } from '../model/generation.ts';
import type { Model } from './model.ts';

export function checkRequest({ maxTokens, sampling }: GenerateRequest, { architecture }: Model): void {
  if (!Number.isInteger(maxTokens) || maxTokens < 1 || maxTokens >= architecture.nPositions) {
    const most = architecture.nPositions - 1;
    throw new UserError(
      'bad-argument',
      say`The number of new tokens is ${maxTokens}; it can be 1 to ${most} with this model.`,
    );
  }
  if (sampling.kind === 'random') checkSampling(sampling);
}

function checkSampling({ temperature, topK, topP }: Extract<Sampling, { kind: 'random' }>): void {
  const problem = !(temperature > 0 && temperature < Infinity)
    ? say`The temperature is ${temperature}; it must be above 0.`
    : topK !== undefined && !(Number.isInteger(topK) && topK >= 1)
      ? say`The top-k is ${topK}; it must be a whole number from 1 on.`
      : topP !== undefined && !(topP > 0 && topP <= 1)
        ? say`The top-p is ${topP}; it must be above 0 and at most 1.`
        : undefined;
  if (problem !== undefined) throw new UserError('bad-argument', problem);
}

export function checkIds(ids: readonly number[], { architecture }: Model): void {
  const strange = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= architecture.vocabularySize);
  if (strange === undefined) return;
  throw new UserError(
    'bad-argument',
    say`Token ${strange} is outside the model's vocabulary of ${architecture.vocabularySize}.`,
  );
}
