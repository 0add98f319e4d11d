/** What else could be shown at a place, for whoever asks for the next suggestion: other things, the likeliest first. */
import type { Generated } from '../model/generation.ts';
import type { Continuation } from './continuation.ts';
import type { Snapshot } from './snapshot.ts';

/** Suggestions at one place, the first one included. */
export const MAX_SUGGESTIONS = 3;

/** The answer and those that turned off from it, as they are remembered. */
export function continuationsOf(origin: Snapshot, generated: Generated): Continuation[] {
  return [generated, ...(generated.alternatives ?? [])].map(({ text, tokenEnds, logProbabilities }) => ({
    ...{ origin, text, tokenEnds, logProbabilities },
    end: 'complete',
  }));
}

/** Those that are another text than what is offered, and than each other. One that only goes on is no other. */
export function distinctFrom(offered: string, texts: readonly string[]): string[] {
  const distinct = [offered];
  for (const text of texts) {
    const isOther = distinct.every((known) => !agree(known.trim(), text.trim()));
    if (isOther && distinct.length < MAX_SUGGESTIONS) distinct.push(text);
  }
  return distinct.slice(1);
}

function agree(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
