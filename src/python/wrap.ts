/** Running text as lines of a limited width. */

/** PEP 8's longest line. */
export const MAX_COLUMNS = 79;
/** However deep the code is indented. */
const MIN_COLUMNS = 40;

/** A text's paragraphs without what does not belong into source code. */
export function paragraphsOf(text: string): string[] {
  return (
    text
      // Control characters, and what turns the direction of writing.
      .replace(/[\p{Cc}\p{Cf}](?<!\n)/gu, ' ')
      .split(/\n\s*\n/)
      .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
      .filter((paragraph) => paragraph !== '')
  );
}

/** The first sentence, and what follows it. */
export function splitSentence(paragraph: string): [string, string] {
  const end = /[.!?]\s(?=\p{Lu})/u.exec(paragraph);
  if (end === null) return [paragraph, ''];
  return [paragraph.slice(0, end.index + 1), paragraph.slice(end.index + 2)];
}

/** A word that is longer than a line has a line of its own. */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(columns, MIN_COLUMNS);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
