/** Keeps closing brackets and quotes from standing twice. */
import { linePrefix, lineSuffix } from '../snapshot.ts';
import type { Filter } from './filter.ts';

/**
 * Ends a completion where it would close what the rest of the line closes already: editors add closing brackets and
 * quotes by themselves.
 */
export const removeClosedBrackets: Filter = (completion, { snapshot }) => {
  const rest = lineSuffix(snapshot).trim();
  const closer = /[)\]}"'`]/.exec(rest)?.[0];
  if (closer !== undefined) return upToCloser(completion, closer, quoteLeftOpen(linePrefix(snapshot)));
  const text = completion.trimEnd();
  return rest !== '' && text.endsWith(rest) ? text.slice(0, -rest.length) : completion;
};

/** The text before it closes, with `closer`, something that it has not opened itself. */
function upToCloser(text: string, closer: string, openQuote: string | undefined): string {
  let quote = openQuote;
  let isQuoteOurs = false;
  let depth = 0;
  for (const { character, index } of unescaped(text)) {
    if (quote !== undefined) {
      if (character !== quote) continue;
      if (!isQuoteOurs && character === closer) return text.slice(0, index);
      quote = undefined;
    } else if (isQuote(character)) [quote, isQuoteOurs] = [character, true];
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) {
      if (depth === 0 && character === closer) return text.slice(0, index);
      depth = Math.max(0, depth - 1);
    }
  }
  return text;
}

/** The quote that a line is inside of at its end. */
function quoteLeftOpen(line: string): string | undefined {
  let quote: string | undefined;
  for (const { character } of unescaped(line)) {
    if (quote === undefined && isQuote(character)) quote = character;
    else if (character === quote) quote = undefined;
  }
  return quote;
}

/** Characters that no backslash stands before. */
function* unescaped(text: string): Generator<{ readonly character: string; readonly index: number }> {
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else yield { character: text.charAt(index), index };
  }
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'" || character === '`';
}
