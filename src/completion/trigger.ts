/** Whether it makes sense to ask for a completion here, before anything is spent on it. */
import { isBlank, linePrefix, lineSuffix, type Snapshot } from './snapshot.ts';

/** Why nothing is asked. */
export type Refusal = 'empty document' | 'inside a word' | 'text follows on the line' | 'very long line';

/** A line of this length is data or minified code: nobody types at its end. */
const LONGEST_LINE = 1_000;

/** What may stand behind the cursor where a completion still makes sense: what closes or ends something. */
const CLOSING_REST = /^[\s)\]}"'`:;,>]*$/;

export function refusalOf(snapshot: Snapshot): Refusal | undefined {
  const prefix = linePrefix(snapshot);
  const suffix = lineSuffix(snapshot);
  if (isBlank(snapshot.before)) return 'empty document';
  if (prefix.length + suffix.length > LONGEST_LINE) return 'very long line';
  if (/[\p{L}\p{N}_]$/u.test(prefix) && /^[\p{L}\p{N}_]/u.test(suffix)) return 'inside a word';
  if (!CLOSING_REST.test(suffix)) return 'text follows on the line';
  return undefined;
}
