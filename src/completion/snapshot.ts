/** A document and a cursor in it, as much of them as a completion looks at. Line ends are always `\n` here. */

export type Snapshot = {
  /** Tells documents apart; never read. */
  readonly uri: string;
  readonly languageId: string;
  /** From an anchor that seldom moves up to the cursor. */
  readonly before: string;
  readonly after: string;
};

/** A document that can be read in parts, by UTF-16 offsets. */
export type TextSource = { readonly length: number; slice(start: number, end: number): string };

/** Characters after the cursor that are looked at. */
const AFTER_CHARACTERS = 2_000;

/** The anchor moves in steps of this share of what is read, so that most keystrokes leave the beginning as it is. */
const ANCHOR_STEPS = 8;

/** More characters than a token of code has, seldom exceeded: what is read before the cursor fills the window. */
const CHARACTERS_PER_TOKEN = 6;

/** How much to read before the cursor for a model with this window. */
export function maxCharactersBefore({ nPositions }: { nPositions: number }): number {
  return nPositions * CHARACTERS_PER_TOKEN;
}

/** @param maxBefore characters before the cursor that may be read */
export function takeSnapshot(
  source: TextSource,
  cursor: number,
  { uri, languageId, maxBefore }: { uri: string; languageId: string; maxBefore: number },
): Snapshot {
  const start = anchorOf(cursor, maxBefore);
  const before = unixLineEnds(source.slice(start, cursor));
  return {
    uri,
    languageId,
    before: start === 0 ? before : fromWholeLine(before),
    after: unixLineEnds(source.slice(cursor, Math.min(source.length, cursor + AFTER_CHARACTERS))),
  };
}

/** The text between the start of the cursor's line and the cursor. */
export function linePrefix({ before }: Pick<Snapshot, 'before'>): string {
  return before.slice(before.lastIndexOf('\n') + 1);
}

/** The text between the cursor and the end of its line. */
export function lineSuffix({ after }: Pick<Snapshot, 'after'>): string {
  const end = after.indexOf('\n');
  return end < 0 ? after : after.slice(0, end);
}

/** Number of whitespace characters that a line begins with. */
export function indentationOf(line: string): number {
  return line.length - line.trimStart().length;
}

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

function anchorOf(cursor: number, maxBefore: number): number {
  if (cursor <= maxBefore) return 0;
  const step = Math.max(1, Math.floor(maxBefore / ANCHOR_STEPS));
  return Math.ceil((cursor - maxBefore) / step) * step;
}

/** Drops the piece of a line, or of a character, that the text begins with. */
function fromWholeLine(text: string): string {
  const lineEnd = text.indexOf('\n');
  if (lineEnd >= 0) return text.slice(lineEnd + 1);
  return /^[\uDC00-\uDFFF]/.test(text) ? text.slice(1) : text;
}

function unixLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
