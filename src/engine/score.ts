/** How well a model foresees a text: the loss that it was trained to make small. */
import type { Model } from './model.ts';
import type { Logits } from './runner.ts';

/** Sum of -ln p over tokens, each foreseen from those before it. Tokens that the model rules out count apart. */
export type Score = { readonly nats: number; readonly tokens: number; readonly unseen: number };

/** Rows of logits are large (a fifth of a megabyte), so few are asked for at once. */
const ROWS_AT_ONCE = 64;

/** A model whose training never showed it a token may have been given a bias of -10,000 against it. */
const UNSEEN_NATS = 1_000;

/** Scores `text` in windows that start afresh. `call` waits for its turn and runs one native call. */
export async function scoreText(
  text: string,
  model: Model,
  call: (run: () => Promise<Logits>) => Promise<Logits>,
): Promise<Score> {
  const { nPositions, vocabularySize } = model.architecture;
  const ids = model.tokenizer.encode(text);
  const surprises: number[] = [];
  for (let start = 0; start + 1 < ids.length; start += nPositions) {
    const window = ids.slice(start, start + nPositions);
    const cache = model.newCache();
    for (let at = 0; at + 1 < window.length; at += ROWS_AT_ONCE) {
      const chunk = window.slice(at, at + ROWS_AT_ONCE);
      const logits = await call(() => model.forward(cache, chunk, 'all'));
      surprises.push(...surprisesOf(logits, window.slice(at + 1, at + 1 + chunk.length), vocabularySize));
    }
  }
  const seen = surprises.filter((nats) => nats <= UNSEEN_NATS);
  const nats = seen.reduce((sum, value) => sum + value, 0);
  return { nats, tokens: seen.length, unseen: surprises.length - seen.length };
}

/** -ln p of each id under its row of logits. */
function surprisesOf(
  { values, logSumExp }: Logits,
  ids: readonly number[],
  vocabularySize: number,
): number[] {
  return ids.map(
    (id, row) => (logSumExp[row] ?? Number.NaN) - (values[row * vocabularySize + id] ?? -Infinity),
  );
}
