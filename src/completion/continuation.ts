/** What a model said at a place, and what of it is left once somebody has typed on from there. */
import { linePrefix, type Snapshot } from './snapshot.ts';

export type Continuation = {
  /** Where it was said. */
  readonly origin: Snapshot;
  readonly text: string;
  /** Where each token's text ends, in UTF-16 units. */
  readonly tokenEnds: readonly number[];
  /** ln of each token's probability. */
  readonly logProbabilities: readonly number[];
  /** Whether the model would have gone on: it was stopped where it became too unsure, or is still at it. */
  readonly end: 'complete' | 'unlikely' | 'running';
  /** The filter that took all of it. */
  readonly droppedBy?: string;
};

/** Characters before a place that tell it from others. Edits further up leave a suggestion what it is. */
const TAIL_CHARACTERS = 1_000;

const BELOW_CHARACTERS = 500;

/** What has been typed since `origin`, at most `longest` characters; undefined where this is another place. */
export function typedSince(origin: Snapshot, snapshot: Snapshot, longest: number): string | undefined {
  if (origin.uri !== snapshot.uri || linesBelow(origin) !== linesBelow(snapshot)) return undefined;
  const tail = origin.before.slice(-TAIL_CHARACTERS);
  const isWhole = tail.length < TAIL_CHARACTERS;
  const near = isWhole ? snapshot.before : snapshot.before.slice(-TAIL_CHARACTERS - longest);
  const at = isWhole ? (near.startsWith(tail) ? 0 : -1) : near.lastIndexOf(tail);
  if (at < 0) return undefined;
  const typed = near.slice(at + tail.length);
  return typed.length <= longest ? typed : undefined;
}

/**
 * How many characters of a continuation stand before the cursor by now; undefined where something else was typed, or
 * where nothing of it is left.
 */
export function typedAlong({ origin, text }: Continuation, snapshot: Snapshot): number | undefined {
  const typed = typedSince(origin, snapshot, text.length);
  if (typed !== undefined)
    return typed.length < text.length && text.startsWith(typed) ? typed.length : undefined;
  return undefined;
}

/**
 * The same continuation for a place whose lines have all been indented, or all been outdented, alike since.
 * undefined where that is not what has happened.
 */
export function reindented(continuation: Continuation, snapshot: Snapshot): Continuation | undefined {
  const { origin, text } = continuation;
  if (origin.uri !== snapshot.uri) return undefined;
  const [old, now] = [indentationIn(linePrefix(origin)), indentationIn(linePrefix(snapshot))];
  if (old === now || !(old.startsWith(now) || now.startsWith(old))) return undefined;
  const block = blockAbove(origin.before, old);
  if (block === undefined || block !== blockAbove(snapshot.before, now)) return undefined;
  const lines = text.split('\n');
  // Token ends would move with every further line, so only the first is taken.
  const first = lines[0] ?? '';
  return {
    ...continuation,
    origin: snapshot,
    text: first,
    end: lines.length > 1 ? 'complete' : continuation.end,
  };
}

const BLOCK_LINES = 8;

/** The cursor's line and those just above it that are indented at least alike, without that indentation. */
function blockAbove(before: string, indentation: string): string | undefined {
  const lines = before.split('\n').slice(-BLOCK_LINES);
  const isOutside = (line: string) => line.trim() !== '' && !line.startsWith(indentation);
  const block = lines.slice(lines.findLastIndex(isOutside) + 1);
  return block.length < 2 ? undefined : block.map((line) => line.slice(indentation.length)).join('\n');
}

function indentationIn(line: string): string {
  return line.slice(0, line.length - line.trimStart().length);
}

/** What follows the cursor's line. The rest of the line itself changes with every bracket that an editor closes. */
function linesBelow({ after }: Snapshot): string {
  const lineEnd = after.indexOf('\n');
  return lineEnd < 0 ? '' : after.slice(lineEnd, lineEnd + BELOW_CHARACTERS);
}
