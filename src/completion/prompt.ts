/** What a model is shown of a document. */
import type { Prompt } from '../model/generation.ts';
import { outlineOf } from './outline.ts';
import type { Snapshot } from './snapshot.ts';

export function promptOf({ before, start, above, languageId }: Snapshot): Prompt {
  const outline = [...above, ...outlineOf(before, languageId, start)];
  return { kind: 'file', start, body: before, outline, snippets: [] };
}
