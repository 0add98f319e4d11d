import { expect, it } from 'vitest';
import { commentEdit } from '../../../src/python/comment.ts';
import { findAgain } from '../../../src/python/findAgain.ts';
import { drawn, edited } from '../../support/python.ts';

/** `#` marks where the comment is wanted, `│` where the code begins. */
it.each([
  ['above a statement', 'x = 1\n#y = │2\n'],
  ['above a function with its decorators', '    \n#@a\n@b\ndef│ f(x):\n    pass\n'],
  ['above a statement in it', 'class A:\n  def f(x):\n#    │y = 1\n'],
  ['above a statement of many lines', '#f(\n  a,\n  │b,\n)\n'],
  ['above a string of many lines', 'def f():\n#  x = """a\n b│\n"""\n'],
  ['above a line that a backslash continues', '#x = 1 + \\\n  │2\n'],
  ['above `else`', 'if a:\n  b\n#el│se:\n  c\n'],
  ['above a header of many lines', '#def f(\n  a,│\n):\n  pass\n'],
  ['above the line of a second statement', '#x = 1; │y = 2\n'],
  ['above a function of one line', '#def f(x): re│turn x\n'],
  ['on top', '#│'],
])('a comment goes %s', (_, drawing) => {
  const { file, selection } = drawn(drawing.replace('#', ''));
  const wanted = drawing.replace('│', '').indexOf('#');
  const { start, end, text } = commentEdit(file, selection.start, 'Adds one.');
  expect([start, end]).toEqual([wanted, wanted]);
  expect(text.trimStart()).toBe('# Adds one.\n');
});

it('is as deep as the code, and no wider than the page', () => {
  const { file, selection } = drawn('def f():\r\n\t│return 1\r\n');
  const edit = commentEdit(file, selection.start, `${'word '.repeat(20)}\n\nMore\u2028of\u202Eit.`);
  expect(edited(file.text, edit)).toBe(
    `def f():\r\n\t# ${'word '.repeat(14)}word\r\n\t# word word word word word\r\n\t#\r\n\t# More of it.\r\n\treturn 1\r\n`,
  );
});

it.each([
  ['where it was', 'a\nx = 1\n', 2, 2],
  ['further down', 'a\nb\nc\nx = 1\n', 2, 6],
  ['nearest to where it was', 'x = 1\nx = 1\nx = 1\n', 7, 6],
  ['not inside of words', 'ax = 1\nx = 10\n x = 1\n', 0, 15],
  ['not when it is gone', 'x = 2\n', 0, undefined],
] as const)('code is found again %s', (_, text, wasAt, at) => {
  expect(findAgain(text, 'x = 1', wasAt)).toBe(at);
});
