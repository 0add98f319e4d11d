/** A document and a cursor in it, as much of them as a completion looks at. Line ends are always `\n` here. */

import { Outlines, type Above } from './outline.ts';
import { unixLineEnds, type TextSource } from './textSource.ts';

export type Snapshot = {
  /** Tells documents apart; never read. */
  readonly uri: string;
  readonly languageId: string;
  /** Where `before` begins, in UTF-16 units. */
  readonly start: number;
  /** What stands above that. */
  readonly above: Above;
  /** From an anchor that seldom moves up to the cursor. */
  readonly before: string;
  readonly after: string;
};

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

export type SnapshotOptions = {
  readonly uri: string;
  readonly languageId: string;
  /** Characters before the cursor that may be read. */
  readonly maxBefore: number;
  /** What is known of the rest of the file. */
  readonly outlines?: Outlines;
};

export function takeSnapshot(source: TextSource, cursor: number, options: SnapshotOptions): Snapshot {
  const { uri, languageId, maxBefore, outlines = new Outlines() } = options;
  const anchor = anchorOf(cursor, maxBefore);
  const read = unixLineEnds(source.slice(anchor, cursor));
  const before = anchor === 0 ? read : fromWholeLine(read);
  const start = anchor + read.length - before.length;
  return {
    ...{ uri, languageId, start, before },
    above: outlines.above(source, start, { uri, languageId }),
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

/** Whether what follows a line is indented more than the line itself. */
export function opensBlock(line: string): boolean {
  return /[:{]\s*$/.test(line);
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
