import { isBlank, linePrefix } from '../snapshot.ts';
import type { Filter } from './filter.ts';

/** Longest group of lines that is looked for: a model that turns in circles turns in small ones. */
const LONGEST_GROUP = 4;

/** Shorter groups, `else:` or a bracket, may well stand twice. */
const SHORTEST_TEXT = 8;

type Line = { readonly text: string; /** In the completion; below 0: above it. */ readonly index: number };

/** Cuts where a model has begun to turn in circles: where one or more lines are those that stand just above them. */
export const cutRepetition: Filter = (completion, { snapshot }) => {
  const prefix = linePrefix(snapshot);
  const above = snapshot.before.slice(0, snapshot.before.length - prefix.length).split('\n');
  const [first = '', ...rest] = completion.split('\n');
  const lines: Line[] = [...above, prefix + first, ...rest]
    .map((text, index) => ({ text: text.trimEnd(), index: index - above.length }))
    .filter(({ text }) => !isBlank(text));
  const repeat = lines.find(({ index }, at) => index >= 0 && repeatsAt(lines, at));
  return repeat === undefined ? completion : completion.split('\n').slice(0, repeat.index).join('\n');
};

/** Whether a group of lines begins here that has just been before. */
function repeatsAt(lines: readonly Line[], at: number): boolean {
  for (let size = 1; size <= LONGEST_GROUP && size <= at && at + size <= lines.length; size++) {
    const group = lines.slice(at, at + size);
    const isSame = group.every(({ text }, index) => text === lines[at - size + index]?.text);
    const nCharacters = group.reduce((sum, { text }) => sum + text.trim().length, 0);
    if (isSame && nCharacters >= SHORTEST_TEXT) return true;
  }
  return false;
}
