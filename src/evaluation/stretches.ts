/**
 * What of some files is typed: all of it, or a sample that stays below a number of requests. The sample depends on
 * the files, the limit and the seed alone, so that whatever is compared is compared on the same lines.
 */
import { seededRandom } from '../base/seededRandom.ts';
import { isBlank } from '../completion/snapshot.ts';
import type { Stretch } from './document.ts';
import { countKeystrokes } from './keystrokes.ts';

export type SourceText = { readonly file: string; readonly text: string };

/** Fewer where that many from each file would be too many. */
const MOST_LINES = 12;

/** No stretch takes more requests than it has keystrokes, and one at its start. */
export function sampleStretches(
  sources: readonly SourceText[],
  { maxRequests, seed }: { maxRequests: number; seed: number },
): Stretch[] {
  const whole = sources.map((source) => cut(source, Infinity).filter(hasText)).flat();
  const nRequests = sumOf(whole.map(requestsOf));
  if (nRequests <= maxRequests) return whole;

  const nLines = sumOf(sources.map(({ text }) => text.split('\n').length));
  const linesThatFit = Math.round((maxRequests / nRequests) * (nLines / sources.length));
  const size = Math.min(MOST_LINES, Math.max(1, linesThatFit));
  const random = seededRandom(seed);
  const ofEach = shuffled(sources, random).map((source) =>
    shuffled(cut(source, size).filter(hasText), random),
  );
  const taken: Stretch[] = [];
  let left = maxRequests;
  for (const stretch of inTurns(ofEach)) {
    const needed = requestsOf(stretch);
    if (needed <= left) {
      taken.push(stretch);
      left -= needed;
      // Going on to look for one that fits would favour short lines.
    } else if (taken.length > 0) break;
  }
  return taken;
}

/** A file in pieces of so many lines. */
function cut({ file, text }: SourceText, size: number): Stretch[] {
  const lines = text.split('\n');
  const starts = [...lines.keys()].filter((index) => index % size === 0);
  return starts.map((start) => {
    const above = lines.slice(0, start);
    const below = lines.slice(start + size);
    return {
      file,
      above: above.map((line) => `${line}\n`).join(''),
      text: lines.slice(start, start + size).join('\n'),
      below: below.map((line) => `\n${line}`).join(''),
    };
  });
}

function hasText({ text }: Stretch): boolean {
  return !isBlank(text);
}

function requestsOf({ text }: Stretch): number {
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
