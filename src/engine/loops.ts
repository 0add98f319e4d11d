/** A model that no longer knows what to say says the same again and again, up to its last token. */

/** So often in a row, and so many characters in all: a ruler, a list of zeros and a refrain are shorter. */
const MIN_TIMES = 3;
const MIN_LENGTH = 120;

/** What is said again is at most so long. */
const MAX_PERIOD = 240;

/** Whether `text` ends with the same thing said over and over. */
export function endsInLoop(text: string): boolean {
  for (let period = 1; period <= MAX_PERIOD; period++) {
    const wanted = Math.max(MIN_TIMES * period, MIN_LENGTH);
    if (wanted > text.length) continue;
    const tail = text.slice(-wanted);
    if (tail.slice(period) === tail.slice(0, -period) && tail.trim() !== '') return true;
  }
  return false;
}
