import { expect, it } from 'vitest';
import { endsInLoop } from '../../../src/engine/loops.ts';

const SENTENCE = 'It returns the name of the member, and the date. ';

it.each([
  ['a sentence, three times', `First it opens the file. ${SENTENCE.repeat(3)}`],
  ['one that is cut in the middle', SENTENCE.repeat(4).slice(30, -7)],
  ['words', `The name of ${'every bond of '.repeat(9)}`],
  ['a character', `x${'!'.repeat(120)}`],
  ['lines', 'a, b\n'.repeat(40)],
])('over and over: %s', (_, text) => {
  expect(endsInLoop(text)).toBe(true);
});

it.each([
  ['nothing', ''],
  ['a sentence, twice', SENTENCE.repeat(2)],
  ['three times, and then something else', `${SENTENCE.repeat(3)}Then it ends.`],
  ['a ruler', `Title\n${'-'.repeat(80)}`],
  ['zeros', `[${'0, '.repeat(30)}`],
  ['a long table', Array.from({ length: 40 }, (_, row) => `| pear | ${row} |\n`).join('')],
  ['empty lines', '\n'.repeat(300)],
])('not: %s', (_, text) => {
  expect(endsInLoop(text)).toBe(false);
});
