/** Documents drawn as text: `├ … ┤` is what a model wrote at the cursor, everything around it is the document. */
import { expect, it } from 'vitest';
import { extentOf } from '../../src/completion/extent.ts';
import type { Filter } from '../../src/completion/filters/filter.ts';
import { NOTHING } from '../../src/completion/outline.ts';
import type { Snapshot } from '../../src/completion/snapshot.ts';

export type Drawing = { readonly snapshot: Snapshot; readonly completion: string };

/** A drawing that begins with a line end is indented like the code around it; that is taken off. */
export function readDrawing(drawing: string): Drawing {
  const lines = drawing.replace(/^\n/, '').replace(/\n *$/, '').split('\n');
  const indented = lines.filter((line) => line.trim() !== '');
  const shared = drawing.startsWith('\n') ? Math.min(...indented.map((line) => line.search(/\S/))) : 0;
  const text = lines.map((line) => line.slice(shared)).join('\n');
  const [before, rest] = text.split('├');
  const [completion, after] = rest!.split('┤');
  return {
    snapshot: {
      uri: 'file:///a',
      languageId: 'python',
      start: 0,
      above: NOTHING,
      before: before!,
      after: after!,
    },
    completion: completion!,
  };
}

/** A document with a `│` at the cursor. */
export function snapshotAt(drawing: string): Snapshot {
  return readDrawing(drawing.replace('│', '├┤')).snapshot;
}

/** Checks what a filter leaves of a completion. `├┤` in the second drawing: nothing. */
export function checksOf(filter: Filter): (title: string, offered: string, kept: string) => void {
  return (title, offered, kept) =>
    it(title, () => {
      const { snapshot, completion } = readDrawing(offered);
      const wanted = readDrawing(kept);
      expect(wanted.snapshot, 'both drawings show the same document').toEqual(snapshot);
      expect(filter(completion, { snapshot, extent: extentOf(snapshot) })).toBe(wanted.completion);
    });
}

/** The same for a completion that is kept as it is. */
export function keepsOf(filter: Filter): (title: string, offered: string) => void {
  const check = checksOf(filter);
  return (title, offered) => check(title, offered, offered);
}
