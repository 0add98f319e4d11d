/** Running text and identifiers as the same lower-cased words, and how far two texts share them. */

/** `getUserName`, `get_user_name` and "get user name" have the same words. Signs are none. */
export function wordsOf(text: string): string[] {
  return (text.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}+|\p{N}+/gu) ?? []).map((word) =>
    word.toLowerCase(),
  );
}

/** The harmonic mean of precision and recall over words, each as often as it occurs. */
export function wordF1(candidate: readonly string[], reference: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of reference) left.set(word, (left.get(word) ?? 0) + 1);
  let nShared = 0;
  for (const word of candidate) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    nShared++;
  }
  return nShared === 0 ? 0 : (2 * nShared) / (candidate.length + reference.length);
}
