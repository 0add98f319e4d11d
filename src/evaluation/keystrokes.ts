/** What a keystroke types: a character, or all of a line's indentation, as an editor indents by itself. */

/** Where the keystroke that is next at `at` ends. `text` begins at the start of a line. */
export function keystrokeEnd(text: string, at: number): number {
  const indented = indentationEnd(text, at);
  return indented > at ? indented : at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

/** The end of the indentation that begins at `at`; `at` itself where none does. */
export function indentationEnd(text: string, at: number): number {
  if (at > 0 && text[at - 1] !== '\n') return at;
  return at + (/^[ \t]*/.exec(text.slice(at))?.[0].length ?? 0);
}

export function countKeystrokes(text: string, from = 0, to = text.length): number {
  let count = 0;
  for (let at = from; at < to; at = keystrokeEnd(text, at)) count++;
  return count;
}
