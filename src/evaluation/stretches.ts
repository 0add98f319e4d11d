/**
 * What of some files is typed: all of it, or a sample that stays below a number of requests. The sample depends on
 * the files, the limit and the seed alone, so that whatever is compared is compared on the same lines.
 */
import { seededRandom } from '../base/seededRandom.ts';
import { isBlank } from '../completion/snapshot.ts';
import type { Stretch } from './document.ts';
import { countKeystrokes } from './keystrokes.ts';

export type SourceText = { readonly file: string; readonly text: string };

/** In a row. */
const MOST_LINES = 12;

/** No stretch takes more requests than it has keystrokes, and one at its start. */
export function sampleStretches(
  sources: readonly SourceText[],
  { maxRequests, seed }: { maxRequests: number; seed: number },
): Stretch[] {
  const whole = sources.flatMap((source) => cut(source, Infinity)).filter(hasText);
  const nRequests = sumOf(whole.map(requestsOf));
  if (nRequests <= maxRequests) return whole;

  const ofEach = piecesOfEach(sources, { maxRequests, seed });
  const taken: Stretch[] = [];
  let left = maxRequests;
  for (const stretch of inTurns(ofEach)) {
    const fitting = shortened(stretch, left);
    // To look for others that fit would favour short lines.
    if (fitting === undefined && taken.length > 0) break;
    if (fitting === undefined) continue;
    taken.push(fitting);
    left -= requestsOf(fitting);
  }
  return taken;
}

/** Its first lines, as many as so many requests are enough for; undefined if not even one. */
function shortened(stretch: Stretch, maxRequests: number): Stretch | undefined {
  const { text } = stretch;
  let end = text.length;
  while (end > 0 && requestsOf({ text: text.slice(0, end) }) > maxRequests)
    end = text.lastIndexOf('\n', end - 1);
  const typed = text.slice(0, Math.max(0, end));
  return isBlank(typed) ? undefined : { ...stretch, text: typed, below: text.slice(end) + stretch.below };
}

/** The pieces of each file in random order, as long as they can be so that at least the first of each is typed. */
function piecesOfEach(
  sources: readonly SourceText[],
  { maxRequests, seed }: { maxRequests: number; seed: number },
): Stretch[][] {
  for (let size = MOST_LINES; ; size--) {
    const random = seededRandom(seed);
    const ofEach = shuffled(sources, random).map((source) =>
      shuffled(cut(source, size).filter(hasText), random),
    );
    const nRequests = sumOf(ofEach.flatMap((pieces) => pieces.slice(0, 1)).map(requestsOf));
    if (size === 1 || nRequests <= maxRequests) return ofEach;
  }
}

/** A file in pieces of so many lines. */
function cut({ file, text }: SourceText, size: number): Stretch[] {
  const lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  const starts = lineStarts.filter((_, index) => index % size === 0);
  return starts.map((start, index) => {
    const next = starts[index + 1];
    const end = next === undefined ? text.length : next - 1;
    return { file, above: text.slice(0, start), text: text.slice(start, end), below: text.slice(end) };
  });
}

function hasText({ text }: Stretch): boolean {
  return !isBlank(text);
}

function requestsOf({ text }: Pick<Stretch, 'text'>): number {
  return countKeystrokes(text) + 1;
}

/** The first of each list, then the second of each, and so on. */
function* inTurns<T>(lists: readonly (readonly T[])[]): Generator<T> {
  const longest = Math.max(...lists.map(({ length }) => length));
  for (let turn = 0; turn < longest; turn++) for (const list of lists) yield* list.slice(turn, turn + 1);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
