/**
 * Simulated typing: how much of a file need not be typed, and how often what is shown is right.
 *
 * Some consecutive lines, a stretch, are typed again. The document holds everything above them as it is in the file,
 * and everything below them too, behind the cursor; those lines of the stretch that are not typed yet are absent. So
 * a suggestion can repeat the lines below.
 *
 * - A keystroke types one character. Indentation is one keystroke behind Enter, as an editor indents by itself, and
 *   nothing is asked between the two. Characters are counted in the same way.
 * - After each keystroke, and at the start of a stretch that is not indented, the completer is asked. The next
 *   keystroke waits for its answer.
 * - When the first line shown is exactly what the stretch has next, to the end of a line or a part of it, the user
 *   accepts that line: one keystroke. A line that ends inside what the file has as a word is not accepted. Where a
 *   suggestion begins with a line end, its first line is the one below. Only that line is taken, never the rest.
 * - Otherwise the next keystroke is typed. What is on display stays while the typed text agrees with it and the
 *   completer goes on showing exactly the rest of it: then it counts as shown once. Any other text counts anew, and
 *   so does whatever is shown behind a line that was accepted: nothing that is shown is accepted twice.
 * - A suggestion is a duplicate if a line of it, trimmed and longer than 3 characters, is the next non-blank line
 *   below the cursor, or if its end repeats a closing bracket that follows on the cursor's line. It may be right at
 *   the same time, where a file has a line twice.
 */
import { isDuplicate } from './duplicates.ts';
import type { Document, Stretch, Suggest } from './document.ts';
import { countKeystrokes, indentationEnd, keystrokeEnd } from './keystrokes.ts';
import type { Tally } from './tally.ts';

/** @param nowMs a clock that only goes forward */
export async function typeStretch(
  { above, text, below }: Stretch,
  suggest: Suggest,
  nowMs: () => number,
): Promise<Tally> {
  const latenciesMs: number[] = [];
  const recomputedTokens: number[] = [];
  let { shown, accepted, saved, duplicatedLines } = { shown: 0, accepted: 0, saved: 0, duplicatedLines: 0 };

  const ask = async (document: Document): Promise<string> => {
    const askedMs = nowMs();
    const suggestion = await suggest(document);
    latenciesMs.push(nowMs() - askedMs);
    if (suggestion.recomputedTokens !== undefined) recomputedTokens.push(suggestion.recomputedTokens);
    return suggestion.text.trim() === '' ? '' : suggestion.text;
  };

  let onDisplay = '';
  let at = indentationEnd(text, 0);
  for (;;) {
    const document = { before: above + text.slice(0, at), after: below };
    const suggested = await ask(document);
    if (suggested !== '' && suggested !== onDisplay) {
      shown++;
      if (isDuplicate(suggested, document)) duplicatedLines++;
    }
    const line = acceptedLine(suggested, text.slice(at));
    if (line !== '') {
      accepted++;
      saved += countKeystrokes(text, at, at + line.length) - 1;
    }
    if (at === text.length) break;
    const end = line === '' ? indentationEnd(text, keystrokeEnd(text, at)) : at + line.length;
    onDisplay = line === '' ? typedAlong(suggested, text.slice(at, end)) : '';
    at = end;
  }
  const characters = countKeystrokes(text);
  return {
    ...{ characters, requests: latenciesMs.length, shown, accepted, saved, duplicatedLines },
    ...{ latenciesMs, jumpsMs: latenciesMs.slice(0, 1), recomputedTokens },
  };
}

/** The first line shown, if the user accepts it; '' if not. */
function acceptedLine(suggested: string, rest: string): string {
  const line = /^\s*?.*\S.*/.exec(suggested)?.[0] ?? '';
  if (!rest.startsWith(line)) return '';
  const endsInsideWord = isWordCharacter(line.at(-1)) && isWordCharacter(rest[line.length]);
  return endsInsideWord ? '' : line;
}

/** What is left on display. */
function typedAlong(suggested: string, typed: string): string {
  return suggested.startsWith(typed) ? suggested.slice(typed.length) : '';
}

function isWordCharacter(character = ''): boolean {
  return /[\p{L}\p{N}_]/u.test(character);
}
