/** What a model is shown of a document. */
import type { Prompt } from '../model/generation.ts';
import { outlineOf } from './outline.ts';
import type { Snapshot } from './snapshot.ts';

export function promptOf(
  { before, start, above, languageId }: Snapshot,
  options: { outline: boolean },
): Prompt {
  const outline = !options.outline ? [] : [...above.outline, ...outlineOf(before, languageId, start)];
  return { kind: 'file', start, body: before, outline };
}

/** What is likely to be repeated beside that: the rest of the file. */
export function copyTextsOf({ above, after }: Snapshot): readonly string[] {
  return [above.text, after].filter((text) => text !== '');
}
