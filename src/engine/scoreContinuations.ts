/**
 * How likely a model finds each of several continuations of one prompt, which is run only once:
 * ln p(continuation | prompt) = sum over its tokens of logit - ln of the sum of e^logit.
 */
import type { FittedPrompt } from './fittedPrompt.ts';
import { prefill, type GenerationContext } from './generator.ts';
import type { Logits } from './runner.ts';

/** @param continuations as ids, none of them empty */
export async function scoreContinuations(
  prompt: FittedPrompt,
  continuations: readonly (readonly number[])[],
  context: Omit<GenerationContext, 'onProgress'>,
): Promise<number[]> {
  const { model, cache, call } = context;
  const { vocabularySize } = model.architecture;
  // The last token of the prompt is always run: its logits say what the first token of each continuation is worth.
  cache.truncate(prompt.ids.length - 1);
  cache.reserve(prompt.ids.length + Math.max(...continuations.map(({ length }) => length)));
  const behindPrompt = await prefill(prompt.ids.slice(cache.length), { ...context, onProgress: undefined });
  const firsts = continuations.map(([id = 0]) =>
    logProbability(behindPrompt, { row: 0, id, vocabularySize }),
  );

  const scores: number[] = [];
  for (const [index, ids] of continuations.entries()) {
    let score = firsts[index] ?? Number.NaN;
    cache.truncate(prompt.ids.length);
    if (ids.length > 1) {
      const logits = await call(() => model.forward(cache, ids.slice(0, -1), 'all'));
      for (const [row, id] of ids.slice(1).entries())
        score += logProbability(logits, { row, id, vocabularySize });
    }
    scores.push(score);
  }
  return scores;
}

type Place = { readonly row: number; readonly id: number; readonly vocabularySize: number };

function logProbability({ values, logSumExp }: Logits, { row, id, vocabularySize }: Place): number {
  return (values[row * vocabularySize + id] ?? -Infinity) - (logSumExp[row] ?? Number.NaN);
}
