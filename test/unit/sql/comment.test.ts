import { expect, it } from 'vitest';
import { commentAt } from '../../../src/sql/comment.ts';

const asked = (question: string, lastLine: number, indentation = '') => ({ question, lastLine, indentation });

/** `│` marks the line of the cursor. */
it.each([
  ['one line', '-- how many users?│', asked('how many users?', 0)],
  ['the first of two lines', '-- how many│\n-- users?\nx', asked('how many users?', 1)],
  ['the last of two lines', 'x\n-- how many\n-- users?│', asked('how many users?', 2)],
  ['indented', 'x\n\t  --how many?│', asked('how many?', 1, '\t  ')],
  ['between lines that only look important', '-----\n-- how  many?│\n--', asked('how many?', 2)],
  ['dashes in the question', '-- users -- or - customers?│', asked('users -- or - customers?', 0)],
  ['a line end of Windows that was left in', '-- how many?│\r\n', asked('how many?', 0)],
  ['a strange line end in the question', '-- how\u2028many?│', asked('how many?', 0)],
  ['an empty comment', '--│\n--  ', undefined],
  ['no comment', 'SELECT 1; -- how many?│', undefined],
  ['below a comment', '-- how many?\n│', undefined],
  ['an empty file', '│', undefined],
])('%s', (_, drawing, expected) => {
  const line = drawing.slice(0, drawing.indexOf('│')).split('\n').length - 1;
  const lines = drawing.replace('│', '').split('\n');
  expect(commentAt((at) => lines[at], line)).toEqual(expected);
});
