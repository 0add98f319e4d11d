/**
 * Completion without a model, the first: a line begins like an earlier one, so it may go on like that one. Of several
 * the one whose lines above are most like the lines above the cursor is copied. An empty line copies what followed
 * the most similar place.
 */
import { indentationOf, isBlank } from '../../completion/snapshot.ts';
import { codeTokens } from '../codeTokens.ts';
import type { Document } from '../document.ts';

export type SimilarLineLimits = {
  /** Characters of a line, without its indentation, before anything is proposed for it. */
  readonly minTyped: number;
  /** From 0 to 1: how much the lines above have in common. */
  readonly minSimilarity: number;
  /** The same for an empty line. */
  readonly minSimilarityEmpty: number;
  /** Of the earlier lines that begin so, weighted by similarity, how many go on like the one that is copied. */
  readonly minAgreement: number;
};

/**
 * Chosen on 34 files of Python's standard library, where more than one in three suggestions is right. To ask for more
 * similarity costs more than it gains.
 */
const LIMITS: SimilarLineLimits = {
  minTyped: 3,
  minSimilarity: 0.45,
  minSimilarityEmpty: 0.65,
  minAgreement: 0.95,
};

/** Of the lines above, the nearest first. Blank ones are passed over. */
const WEIGHTS = [8, 4, 2, 1];
const INDENTATION_WEIGHT = 4;
const SHORTEST_REST = 2;

/** So that many places which have little in common with this one do not outvote the one that is like it. */
const SHARPNESS = 6;

type Place = { readonly rest: string; readonly similarity: number };

export function similarLine({ before }: Pick<Document, 'before'>, limits = LIMITS): string {
  const lines = before.split('\n');
  const typed = lines.at(-1)?.trimStart() ?? '';
  if (typed !== '' && typed.length < limits.minTyped) return '';
  const places = placesThatBegin(typed, lines);
  const best = places.reduceRight<Place | undefined>(
    (found, place) => (found !== undefined && found.similarity >= place.similarity ? found : place),
    undefined,
  );
  if (best === undefined) return '';
  const weightOf = (some: readonly Place[]) =>
    some.reduce((sum, { similarity }) => sum + similarity ** SHARPNESS, 0);
  const agreement = weightOf(places.filter(({ rest }) => rest === best.rest)) / weightOf(places);
  const isSimilar = best.similarity >= (typed === '' ? limits.minSimilarityEmpty : limits.minSimilarity);
  return isSimilar && agreement >= limits.minAgreement ? best.rest : '';
}

/** Earlier lines that begin with `typed`, how they go on, and how similar their surroundings are to the last line's. */
function placesThatBegin(typed: string, lines: readonly string[]): Place[] {
  const here = surroundings(lines, lines.length - 1);
  const places: Place[] = [];
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const text = line.trim();
    if (!text.startsWith(typed) || text.length < typed.length + SHORTEST_REST) continue;
    const similarity = similarityOf(here, surroundings(lines, index));
    if (similarity > 0) places.push({ rest: text.slice(typed.length), similarity });
  }
  return places;
}

type Surroundings = { readonly indentation: number; readonly above: readonly ReadonlySet<string>[] };

function surroundings(lines: readonly string[], index: number): Surroundings {
  const above: ReadonlySet<string>[] = [];
  for (let i = index - 1; i >= 0 && above.length < WEIGHTS.length; i--) {
    const line = lines[i] ?? '';
    if (!isBlank(line)) above.push(new Set(codeTokens(line).map(({ text }) => text)));
  }
  return { indentation: indentationOf(lines[index] ?? ''), above };
}

/** From 0 to 1. Squares: a line that is all but the same says more than two that share some tokens. */
function similarityOf(a: Surroundings, b: Surroundings): number {
  let [sum, most] = [a.indentation === b.indentation ? INDENTATION_WEIGHT : 0, INDENTATION_WEIGHT];
  for (const [index, weight] of WEIGHTS.entries()) {
    sum += weight * sharedPart(a.above[index], b.above[index]) ** 2;
    most += weight;
  }
  return sum / most;
}

/** Sørensen and Dice's coefficient. */
function sharedPart(a: ReadonlySet<string> = new Set(), b: ReadonlySet<string> = new Set()): number {
  if (a.size + b.size === 0) return 0;
  const nShared = [...a].filter((token) => b.has(token)).length;
  return (2 * nShared) / (a.size + b.size);
}
