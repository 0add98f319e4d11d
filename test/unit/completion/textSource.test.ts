import { expect, it } from 'vitest';
import { joinedSource, type TextSource } from '../../../src/completion/textSource.ts';

/** A text that tells how much of it has been read. */
function counted(text: string): { source: TextSource; read: () => number } {
  let read = 0;
  const slice = (start: number, end: number) => {
    expect(0 <= start && start <= end && end <= text.length).toBe(true);
    read += end - start;
    return text.slice(start, end);
  };
  return { source: { length: text.length, slice }, read: () => read };
}

it.each([[['one']], [['', 'two']], [['one', '']], [['one', 'two', '', 'four']], [['a', 'b', 'c']]])(
  'every part of the joined text is that of its pieces: %j',
  (texts) => {
    const whole = texts.join('--');
    const joined = joinedSource(
      texts.map((text) => counted(text).source),
      '--',
    );
    expect(joined.length).toBe(whole.length);
    for (let start = 0; start <= whole.length; start++)
      for (let end = start; end <= whole.length; end++)
        expect(joined.slice(start, end), `${start} to ${end}`).toBe(whole.slice(start, end));
  },
);

it('reads no more of the pieces than is asked for', () => {
  const pieces = ['x'.repeat(1_000), 'y'.repeat(1_000)].map(counted);
  const joined = joinedSource(
    pieces.map(({ source }) => source),
    '\n\n',
  );
  expect(joined.slice(998, 1_004)).toBe('xx\n\nyy');
  expect(pieces.map(({ read }) => read())).toEqual([2, 2]);
});
