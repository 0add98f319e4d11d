/**
 * How much of what a model said is sure enough to be shown. The probability of a text is the product of its tokens';
 * so it falls with every token, and where it falls below the threshold the rest is left out.
 */
import type { Continuation } from './continuation.ts';

export type Likely = {
  /** To be shown: the rest of the continuation or a beginning of it; '' where not even a word is sure enough. */
  readonly text: string;
  /** That all of `text` is right, in the model's own estimate. */
  readonly probability: number;
};

/**
 * The longest beginning of what is left, from `from` on, that is right with at least `minProbability` and does not
 * end inside a word. Further lines are shown whole or not at all.
 */
export function likelyBeginning(continuation: Continuation, from: number, minProbability: number): Likely {
  const { text, tokenEnds, logProbabilities, end } = continuation;
  let best: Likely = { text: '', probability: 1 };
  let logProbability = 0;
  let start = 0;
  for (const [index, tokenEnd] of tokenEnds.entries()) {
    const share = remainingShare({ start, end: tokenEnd }, from);
    start = tokenEnd;
    if (share === 0) continue;
    logProbability += (logProbabilities[index] ?? 0) * share;
    if (Math.exp(logProbability) < minProbability) break;
    const reached = Math.min(tokenEnd, text.length);
    const isEnd = reached === text.length && end === 'complete';
    if (isEnd || isBoundary(text, from, reached)) {
      const likely = { text: text.slice(from, reached), probability: Math.exp(logProbability) };
      if (savedBy(likely) > savedBy(best)) best = likely;
    }
    if (reached === text.length) break;
  }
  return best;
}

/** Keystrokes that are saved by showing it, as far as can be expected: accepting it is one, too. */
function savedBy({ text, probability }: Likely): number {
  return (text.trim().length - 1) * probability;
}

/** Of a token that has been typed in part, only the rest is still a guess. */
function remainingShare(token: { start: number; end: number }, from: number): number {
  if (token.end <= from || token.end === token.start) return 0;
  return (token.end - Math.max(from, token.start)) / (token.end - token.start);
}

function isBoundary(text: string, from: number, at: number): boolean {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  // Behind the first line with text, only whole lines.
  if (lineStart > from && text.slice(from, lineStart).trim() !== '') return text[at] === '\n';
  return !(isWordCharacter(text[at - 1]) && (at === text.length || isWordCharacter(text[at])));
}

function isWordCharacter(character = ''): boolean {
  return /[\p{L}\p{N}_]/u.test(character);
}
