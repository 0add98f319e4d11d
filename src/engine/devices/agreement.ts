/**
 * Whether a device computes what the processor computes. A driver may be wrong without failing, so no device is trusted
 * before it has gone, token by token, the way that the processor goes.
 */
import type { KvCache } from '../kvCache.ts';
import type { Model } from '../model.ts';
import { runInChunks } from '../runInChunks.ts';
import { greatest } from '../sampler.ts';

/** What is gone on from; long enough for the kernels that take many tokens at once. */
const TEXT = `def mean(values):
    """Returns the arithmetic mean of a list of numbers."""
    total = 0
    for value in values:
        total += value
    return total / len(values)


def median(values):
    ordered = sorted(values)
`;
const N_TOKENS = 16;

/**
 * Numbers are rounded differently on different devices. The processor rounds activations to 8 bits, which by itself
 * moves a logit by up to 2.2 % of the greatest one, in the shapes of CodeGen-350M and of GPT-J-6B alike, and 16-bit
 * arithmetic over 28 layers by 2 to 3 %. Two tokens that lie closer than that are equally good.
 */
const UNDECIDED = 0.06;
const MAX_ERROR = 0.1;

/**
 * A device agrees with itself much better. An attention kernel that was wrong for many tokens at once was 3 % off, a
 * sound one 0.000 %.
 */
const MAX_OWN_ERROR = 0.01;

/** A logit below this belongs to a token that training never showed the model. */
const IGNORED = -1_000;

/** Chunks for a device whose kernels for many tokens at once are wrong. */
const SMALL_CHUNK_TOKENS = 24;

export type Reference = {
  readonly ids: readonly number[];
  /** Greedy tokens of the processor. */
  readonly tokens: readonly number[];
  /** Before each token, the logits that it was chosen from. */
  readonly logits: readonly Float32Array[];
};

export async function referenceOf(model: Model): Promise<Reference> {
  const ids = model.tokenizer.encode(TEXT).filter((id) => id < model.nKnownIds);
  const cache = model.newCache();
  const tokens: number[] = [];
  const logits: Float32Array[] = [];
  for (let next = ids; tokens.length < N_TOKENS; next = tokens.slice(-1)) {
    const { values } = await model.forward(cache, next);
    logits.push(values);
    tokens.push(greatest(values, { below: model.nKnownIds }));
  }
  cache.dispose();
  return { ids, tokens, logits };
}

export type Agreement =
  | {
      readonly kind: 'agrees';
      /** Longest chunk that it is right with; absent where any is. */
      readonly maxChunkTokens?: number;
    }
  /** By this share of the greatest logit. */
  | { readonly kind: 'differs'; readonly error: number };

/** Goes the way of the reference with `model` in small pieces; then looks whether the prompt at once gives the same. */
export async function compare(model: Model, reference: Reference): Promise<Agreement> {
  const cache = model.newCache();
  try {
    return await compareOn(cache, model, reference);
  } finally {
    cache.dispose();
  }
}

async function compareOn(cache: KvCache, model: Model, reference: Reference): Promise<Agreement> {
  const { ids, tokens, logits } = reference;
  const inPieces = await runInChunks(model, cache, ids, SMALL_CHUNK_TOKENS);
  for (let index = 0, values = inPieces; ; index++) {
    const [expected, token] = [logits[index], tokens[index]];
    if (expected === undefined || token === undefined) break;
    if (!isClose(values, expected, model.nKnownIds))
      return { kind: 'differs', error: errorOf(values, expected, model.nKnownIds) };
    values = await runInChunks(model, cache, [token], 1);
  }
  cache.truncate(0);
  const atOnce = await runInChunks(model, cache, ids, ids.length);
  return errorOf(atOnce, inPieces, model.nKnownIds) <= MAX_OWN_ERROR
    ? { kind: 'agrees' }
    : { kind: 'agrees', maxChunkTokens: SMALL_CHUNK_TOKENS };
}

function isClose(found: Float32Array, expected: Float32Array, nKnownIds: number): boolean {
  const [chosen, right] = [greatest(found, { below: nKnownIds }), greatest(expected, { below: nKnownIds })];
  const lead = (expected[right] ?? Number.NaN) - (expected[chosen] ?? Number.NaN);
  return errorOf(found, expected, nKnownIds) <= MAX_ERROR && lead <= UNDECIDED * scaleOf(expected, nKnownIds);
}

/** max|Δ| / max|expected|; NaN where either holds one. */
function errorOf(found: Float32Array, expected: Float32Array, nKnownIds: number): number {
  let error = 0;
  for (let id = 0; id < nKnownIds; id++) {
    const value = expected[id] ?? Number.NaN;
    if (!(value < IGNORED)) error = Math.max(error, Math.abs((found[id] ?? Number.NaN) - value));
  }
  return error / scaleOf(expected, nKnownIds);
}

function scaleOf(logits: Float32Array, nKnownIds: number): number {
  let scale = 0;
  for (let id = 0; id < nKnownIds; id++) {
    const value = logits[id] ?? Number.NaN;
    if (!(value < IGNORED)) scale = Math.max(scale, Math.abs(value));
  }
  return scale;
}
