import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { findStop, settledLength } from '../../../src/engine/stopRules.ts';
import type { StopRule } from '../../../src/model/generation.ts';

const before = (text: string): StopRule => ({ kind: 'before', text });
const behind = (text: string): StopRule => ({ kind: 'behind', text });
const lines = (count: number): StopRule => ({ kind: 'lines', count });
const dedent = (columns: number): StopRule => ({ kind: 'dedent', columns });
const without = (prefix: string): StopRule => ({ kind: 'line-without', prefix });

/** ┤ marks where the text ends; without it, no rule is met. */
const drawings: readonly [what: string, rules: readonly StopRule[], text: string][] = [
  ['before a line end', [before('\n')], 'return 1┤\nx'],
  ['no line end yet', [before('\n')], 'return 1'],
  ['before an empty line', [before('\n\n')], 'a\nb┤\n\nc'],
  ['behind the first semicolon', [behind(';')], 'SELECT 1;┤ SELECT 2;'],
  ['behind two lines', [lines(2)], 'a\nb┤\nc'],
  ['the second line is not over', [lines(2)], 'a\nb'],
  ['where the block ends', [dedent(4)], 'x = 1\n    y = 2┤\nz'],
  ['the first line is not looked at', [dedent(4)], 'x = 1\n    y = 2\n    '],
  ['not at an empty line in the block', [dedent(4)], 'x\n\n    y┤\n  z'],
  ['not before a closing bracket', [dedent(4)], 'f(\n    a\n)┤\nb'],
  ['never, where nothing is indented less', [dedent(0)], 'a\nb\nc'],
  ['where the comment ends', [without('#')], 'one\n# two┤\nthree'],
  ['an unfinished line may still become a comment', [without('# ')], 'one\n#'],
  ['a finished line may not', [without('# ')], 'one┤\n#\n'],
  ['an empty line is none', [without('#')], 'one┤\n\n'],
  ['the first of several rules', [behind(';'), before('\n\n')], 'a┤\n\nb;'],
  ['and the other way round', [before('\n\n'), behind(';')], 'a;┤\n\nb;'],
];

describe('a text ends', () => {
  it.each(drawings)('%s', (_, rules, drawing) => {
    const text = drawing.replace('┤', '');
    const end = drawing.includes('┤') ? drawing.indexOf('┤') : undefined;
    expect(findStop(text, rules)).toBe(end);
  });
});

describe('what has been shown is never taken back', () => {
  it.each(drawings.map(([what, rules]) => [what, rules] as const))('%s', (_, rules) => {
    const random = seededRandom(1);
    const pieces = ['a', '\n', '\n', '    ', ' ', '#', ';', ')', '-', '# b', '\n\n', 'x\n'];
    for (let round = 0; round < 300; round++) {
      let text = '';
      let shown = '';
      for (let n = 0; n < 12 && findStop(text, rules) === undefined; n++) {
        text += pieces[Math.floor(random() * pieces.length)]!;
        const end = findStop(text, rules);
        const now = text.slice(0, end ?? settledLength(text, rules));
        expect(now.startsWith(shown), JSON.stringify([text, shown, now])).toBe(true);
        shown = now;
      }
    }
  });

  it('and is shown as soon as it is certain', () => {
    const rules = [before('\n\n'), dedent(2)];
    const settled = (text: string) => text.slice(0, settledLength(text, rules));
    expect(['a', 'a\n', 'a\n ', 'a\n  b'].map(settled)).toEqual(['a', 'a', 'a', 'a\n  b']);
    expect(settledLength('select', [behind(';')])).toBe(6);
  });
});
