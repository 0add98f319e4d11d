/**
 * Which tokens a word that was begun most likely has. Going from one likely token to the next is not enough: " ha" is
 * a likely beginning, and leads away from " haversine" where the text has that as " h", "aver", "sine". So the ways to
 * spell what stands there are searched, the likeliest first (Dijkstra's algorithm over their negative logarithms).
 */
import type { Vocabulary } from '../tokenizer/vocabulary.ts';
import type { Choice } from './mixture.ts';
import type { Logits } from './runner.ts';

/** Tokens that spell the bytes but for a rest, which the token behind them begins with. */
type Way = { readonly ids: readonly number[]; readonly nBytes: number; readonly logProbability: number };

export type SpellingOptions = {
  readonly vocabulary: Vocabulary;
  readonly nKnownIds: number;
  /** Logits behind the prompt and these ids. */
  readonly logitsBehind: (ids: readonly number[]) => Promise<Logits>;
};

/** Each takes a step of the model, of which the first few are on the way that is taken in the end. */
const MAX_STEPS = 6;

/** @property logits behind the choices */
export type Spelled = { readonly choices: readonly Choice[]; readonly logits: Logits };

/**
 * The first tokens of `begun`, up to where one token may cover the rest; mostly none.
 * @param logits behind the prompt
 */
export async function spell(begun: Uint8Array, logits: Logits, options: SpellingOptions): Promise<Spelled> {
  const open: Way[] = [];
  let best: Way & { readonly behind: Logits } = {
    ...{ ids: [], nBytes: 0, logProbability: -Infinity, behind: logits },
  };
  let total = 0;
  const look = (way: Way, behind: Logits) => {
    const { covering, ways } = stepsFrom(way, begun, behind, options);
    open.push(...ways);
    total += Math.exp(covering);
    if (covering > best.logProbability) best = { ...way, logProbability: covering, behind };
  };
  look({ ids: [], nBytes: 0, logProbability: 0 }, logits);
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const way = open.sort((a, b) => a.logProbability - b.logProbability).pop();
    if (way === undefined || way.logProbability <= best.logProbability) break;
    look(way, await options.logitsBehind(way.ids));
  }
  // What is known of the other ways makes this one less certain.
  const share = best.logProbability - Math.log(total);
  const choices = best.ids.map((id, index) => ({ id, logProbability: index === 0 ? share : 0 }));
  return { choices, logits: best.behind };
}

/** @returns covering: ln of the probability that one token covers the rest; ways: with one more token each */
function stepsFrom(
  { ids, nBytes, logProbability }: Way,
  begun: Uint8Array,
  { values, logSumExp: [logSumExp = Number.NaN] }: Logits,
  { vocabulary, nKnownIds }: SpellingOptions,
): { readonly covering: number; readonly ways: readonly Way[] } {
  const rest = begun.subarray(nBytes);
  const ways: Way[] = [];
  let covering = 0;
  for (const id of vocabulary.compatibleWith(rest)) {
    if (id >= nKnownIds) continue;
    const length = vocabulary.bytesOf(id)?.length ?? 0;
    const step = (values[id] ?? -Infinity) - logSumExp;
    if (length >= rest.length) covering += Math.exp(step);
    else ways.push({ ids: [...ids, id], nBytes: nBytes + length, logProbability: logProbability + step });
  }
  return { covering: logProbability + Math.log(covering), ways };
}
