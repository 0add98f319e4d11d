import { describe, expect, it } from 'vitest';
import { identifierNgrams } from '../../../src/evaluation/baselines/identifierNgrams.ts';

const complete = (before: string) => identifierNgrams()({ before });

const LOOP = 'for key in table:\n    print(key, table[key])\n';

describe('says what followed the same tokens above', () => {
  it.each([
    ['word by word, up to the end of the line', `${LOOP.repeat(3)}for`, ' key in table:'],
    ['the rest of a word', `${LOOP.repeat(3)}for ke`, 'y in table:'],
    ['behind a space', `${LOOP.repeat(3)}for `, 'key in table:'],
    ['behind punctuation', `${LOOP.repeat(3)}for key in table:\n    print(`, 'key, table[key])'],
    [
      'at the start of a line, which its indentation is no part of',
      `${LOOP.repeat(3)}for key in table:\n`,
      'print(key, table[key])',
    ],
    ['at another indentation', `${LOOP.repeat(3)}        for`, ' key in table:'],
    ['a string as one token', `${'log("a b c", 1)\n'.repeat(4)}log("a`, ' b c", 1)'],
    ['a word that has been seen only elsewhere', `${'x = threshold\n'.repeat(3)}if y > thresh`, 'old'],
  ])('%s', (_, before, text) => {
    expect(complete(before)).toBe(text);
  });
});

describe('says nothing', () => {
  it.each([
    ['in an empty file', ''],
    ['where nothing begins so', `${LOOP.repeat(3)}while`],
    ['where one thing followed as often as another', 'a = one\nb()\na = two\nb()\na = three\nb()\na ='],
    ['where only a line end followed', 'return\n'.repeat(5) + 'return'],
    ['that is but one character', 'f(x)\n'.repeat(5) + 'f(x'],
  ])('%s', (_, before) => {
    expect(complete(before)).toBe('');
  });
});

it('stops where it becomes unsure', () => {
  const before = ['one', 'two', 'three', 'four'].map((word) => `self.value = compute(${word})\n`).join('');
  expect(complete(`${before}self.`)).toBe('value = compute(');
});

it('learns each line once it is above', () => {
  const ngrams = identifierNgrams();
  expect(ngrams({ before: 'a' })).toBe('');
  expect(ngrams({ before: `${LOOP.repeat(3)}for` })).toBe(' key in table:');
  expect(ngrams({ before: 'for' })).toBe('');
});
