/** A model's probabilities and what the text at hand says comes next, as one distribution. */
import type { Forecast } from './copyModel.ts';
import type { Words } from './words.ts';

export type Choice = {
  readonly id: number;
  /** Natural logarithm of its probability among the allowed ids, before temperature. */
  readonly logProbability: number;
  /** What would have been chosen without it, where that is wanted. */
  readonly runnerUp?: Choice;
};

/** Bytes of agreement from which a row of the table holds. */
const AGREEMENTS = [0, 1, 3, 6, 12, 24];

/** Probability of the model's favourite at which a column holds. */
const CONFIDENCES = [0.15, 0.45, 0.73, 0.92, 0.99];

/**
 * The weight of the forecast: the longer the agreement and the less sure the model, the more. Fitted by expectation
 * maximisation on 61,760 tokens of Python that was neither trained on nor is evaluated with (docs/performance.md), for
 * the tokens about each confidence. Between them it is straight: with steps, a last bit could decide over a word.
 */
const WEIGHTS = [
  [0, 0, 0, 0, 0],
  [0.14, 0.09, 0.03, 0.03, 0.01],
  [0.26, 0.11, 0.07, 0.07, 0.01],
  [0.33, 0.18, 0.12, 0.06, 0.01],
  [0.49, 0.41, 0.4, 0.28, 0.11],
  [0.75, 0.75, 0.72, 0.58, 0.25],
];

/**
 * The most likely id of (1 - weight) · model + weight · forecast. It is the model's favourite, or of a forecast word.
 * @param favourites the model's, the greatest first: as many as choices are wanted
 * @param probabilityOf the model's, among the ids that are allowed; 0 for the others
 */
export function mostLikely(
  favourites: readonly number[],
  probabilityOf: (id: number) => number,
  { forecast, words }: { forecast: Forecast; words: Words },
): Choice {
  // The model says with or without a space; what the forecast has no word for is the model's, too.
  const shares = new Map<number, number>();
  let rest = 1;
  for (const [word, probability] of forecast.words) {
    const ids = words.idsOf(word).filter((id) => probabilityOf(id) > 0);
    const sum = ids.reduce((total, id) => total + probabilityOf(id), 0);
    if (ids.length === 0) continue;
    rest -= probability;
    for (const id of ids) shares.set(id, (probability * probabilityOf(id)) / sum);
  }
  const weight = weightOf(forecast.agreementBytes, probabilityOf(favourites[0] ?? -1));
  const mix = (id: number) =>
    (1 - weight + weight * rest) * probabilityOf(id) + weight * (shares.get(id) ?? 0);
  const chosen = mostOf(favourites, shares.keys(), mix);
  if (favourites.length === 1) return chosen;
  const others = [...favourites, ...shares.keys()].filter((id) => id !== chosen.id);
  return { ...chosen, runnerUp: mostOf(others.slice(0, 1), others, mix) };
}

/** The greatest by `mix`; of equals, the first. */
function mostOf(first: readonly number[], others: Iterable<number>, mix: (id: number) => number): Choice {
  let best = first[0] ?? -1;
  let probability = mix(best);
  for (const id of others) {
    if (mix(id) <= probability) continue;
    best = id;
    probability = mix(id);
  }
  return { id: best, logProbability: Math.log(probability) };
}

function weightOf(agreementBytes: number, confidence: number): number {
  const row = WEIGHTS[AGREEMENTS.findLastIndex((least) => agreementBytes >= least)] ?? [];
  const above = CONFIDENCES.findIndex((knot) => confidence < knot);
  if (above <= 0) return row[above < 0 ? CONFIDENCES.length - 1 : 0] ?? 0;
  const [from, to] = [CONFIDENCES[above - 1] ?? 0, CONFIDENCES[above] ?? 1];
  const share = (confidence - from) / (to - from);
  return (1 - share) * (row[above - 1] ?? 0) + share * (row[above] ?? 0);
}
