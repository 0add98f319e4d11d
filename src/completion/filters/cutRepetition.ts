import { isBlank, linePrefix } from '../snapshot.ts';
import type { Filter } from './filter.ts';

/** Cuts where a model has begun to turn in circles: at the first line that has been written or typed just before. */
export const cutRepetition: Filter = (completion, { snapshot }) => {
  const above = snapshot.before.slice(0, snapshot.before.length - linePrefix(snapshot).length).split('\n');
  const lastAbove = above.findLast((line) => !isBlank(line)) ?? '';
  const [first = '', ...rest] = completion.split('\n');
  const whole = linePrefix(snapshot) + first;
  if (!isBlank(whole) && isLong(whole) && whole.trim() === lastAbove.trim()) return '';

  const written = [whole];
  for (const line of rest) {
    const isRepeated = isLong(line) && written.some((earlier) => earlier.trim() === line.trim());
    if (isRepeated) break;
    written.push(line);
  }
  return [first, ...written.slice(1)].join('\n');
};

/** Short lines, `else:` or a bracket, may well stand twice. */
function isLong(line: string): boolean {
  return line.trim().length >= 8;
}
