import { lineSuffix } from '../snapshot.ts';
import type { Filter } from './filter.ts';

const CLOSERS = `)]}"'\``;

/** Takes closing brackets and quotes off the end that already stand behind the cursor: editors add them by themselves. */
export const removeClosedBrackets: Filter = (completion, { snapshot, extent }) => {
  const rest = lineSuffix(snapshot).trim();
  if (extent.kind !== 'line' || rest === '') return completion;
  const closing = Array.from(rest).filter((character) => CLOSERS.includes(character));
  let kept = completion.trimEnd();
  // `foo(a, b)` before `)`: as many closers as the rest holds, in its order, are cut off.
  if (kept.endsWith(rest)) return kept.slice(0, -rest.length);
  for (const closer of closing.toReversed()) {
    if (!kept.endsWith(closer) || isBalanced(kept)) break;
    kept = kept.slice(0, -1);
  }
  return kept;
};

/** Whether each bracket that the text closes was opened in it. */
function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (const character of text) {
    if ('([{'.includes(character)) open.push(character);
    const index = ')]}'.indexOf(character);
    if (index >= 0 && open.pop() !== '([{'[index]) return false;
  }
  return true;
}
