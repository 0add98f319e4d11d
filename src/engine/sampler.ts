/** Chooses the next token from logits. */
import type { CopyModel } from './copyModel.ts';
import { mostLikely, type Choice } from './mixture.ts';
import { seededRandom } from '../base/seededRandom.ts';
import type { Sampling } from '../model/generation.ts';

/** The ids that may be chosen: all below a bound, or a list. */
export type Allowed =
  | {
      readonly below: number;
      /** ln of the sum of e^logit over them, where it is known. */ readonly logSumExp?: number;
    }
  | { readonly ids: readonly number[] };

/** Tokens this far below the best, in units of temperature, have a probability under 1e-10: left out of sampling. */
const NEGLIGIBLE = 23;

/** @property begunBytes of the word that the text must go on with; 0 where none is begun */
export type Copying = { readonly model: CopyModel; readonly begunBytes: number };

/** A sampler for one generation; the same seed gives the same choices. */
export function createSampler(
  sampling: Sampling,
): (logits: Float32Array, allowed: Allowed, copy?: Copying) => Choice {
  const random = sampling.kind === 'random' ? seededRandom(sampling.seed) : undefined;
  return (logits, allowed, copy) => {
    const best = greatest(logits, allowed);
    const forecast = copy?.model.forecast(
      'ids' in allowed && copy.begunBytes > 0 ? { ids: allowed.ids, bytes: copy.begunBytes } : undefined,
    );
    if (copy !== undefined && forecast !== undefined) {
      const sum = logSumExp(logits, allowed, logits[best] ?? 0);
      const listed = 'ids' in allowed ? new Set(allowed.ids) : undefined;
      const below = 'below' in allowed ? allowed.below : Infinity;
      const probabilityOf = (id: number) =>
        id < below && listed?.has(id) !== false ? Math.exp((logits[id] ?? -Infinity) - sum) : 0;
      return mostLikely(best, probabilityOf, { forecast, words: copy.model.words });
    }
    const id =
      sampling.kind === 'random' && random ? draw({ logits, allowed, best }, sampling, random()) : best;
    return { id, logProbability: (logits[id] ?? -Infinity) - logSumExp(logits, allowed, logits[best] ?? 0) };
  };
}

/** Index of the greatest of the allowed logits; the smallest id among equals. */
export function greatest(logits: Float32Array, allowed: Allowed): number {
  let best = -1;
  let bestLogit = -Infinity;
  const nIds = 'ids' in allowed ? allowed.ids.length : allowed.below;
  for (let index = 0; index < nIds; index++) {
    const id = 'ids' in allowed ? (allowed.ids[index] ?? 0) : index;
    const logit = logits[id] ?? -Infinity;
    if (logit <= bestLogit) continue;
    best = id;
    bestLogit = logit;
  }
  return best;
}

function logSumExp(logits: Float32Array, allowed: Allowed, greatestLogit: number): number {
  if ('below' in allowed && allowed.logSumExp !== undefined) return allowed.logSumExp;
  let sum = 0;
  const nIds = 'ids' in allowed ? allowed.ids.length : allowed.below;
  for (let index = 0; index < nIds; index++) {
    const id = 'ids' in allowed ? (allowed.ids[index] ?? 0) : index;
    sum += Math.exp((logits[id] ?? -Infinity) - greatestLogit);
  }
  return greatestLogit + Math.log(sum);
}

type Candidates = { readonly logits: Float32Array; readonly allowed: Allowed; readonly best: number };

function draw(
  { logits, allowed, best }: Candidates,
  { temperature, topK, topP }: Extract<Sampling, { kind: 'random' }>,
  random: number,
): number {
  const bestLogit = logits[best] ?? 0;
  const weightOf = (id: number) => Math.exp(((logits[id] ?? -Infinity) - bestLogit) / temperature);
  const all = 'ids' in allowed ? allowed.ids : Array.from({ length: allowed.below }, (_, id) => id);
  let kept = all
    .filter((id) => (logits[id] ?? -Infinity) >= bestLogit - NEGLIGIBLE * temperature)
    .sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0));
  if (topK !== undefined) kept = kept.slice(0, topK);
  if (topP !== undefined) kept = nucleus(kept, weightOf, topP);
  let rest = random * totalWeight(kept, weightOf);
  return kept.find((id) => (rest -= weightOf(id)) < 0) ?? best;
}

/** The most likely ids, in order, whose weights reach `share` of all. Source: https://arxiv.org/abs/1904.09751 */
function nucleus(ordered: readonly number[], weightOf: (id: number) => number, share: number): number[] {
  const wanted = share * totalWeight(ordered, weightOf);
  let sum = 0;
  const last = ordered.findIndex((id) => (sum += weightOf(id)) >= wanted);
  return last < 0 ? [...ordered] : ordered.slice(0, last + 1);
}

function totalWeight(ids: readonly number[], weightOf: (id: number) => number): number {
  return ids.reduce((sum, id) => sum + weightOf(id), 0);
}
