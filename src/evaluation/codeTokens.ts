/** Code as the tokens that all languages have: words, numbers, strings and single characters of punctuation. */

const TOKEN =
  /(?<!\w)[bfru]{0,2}(?:"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)|[\p{L}_][\p{L}\p{N}_]*|\p{N}[\p{L}\p{N}_.]*|\S/giu;

export type CodeToken = { readonly text: string; readonly start: number };

/** The tokens of one line. A string that is not closed ends with the line. */
export function codeTokens(line: string): CodeToken[] {
  return Array.from(line.matchAll(TOKEN), (match) => ({ text: match[0], start: match.index }));
}
