import { describe, expect, it } from 'vitest';
import { similarLine } from '../../../src/evaluation/baselines/similarLine.ts';

const LIMITS = { minTyped: 3, minSimilarity: 0.2, minSimilarityEmpty: 0.5, minAgreement: 0.5 };

const complete = (...lines: string[]) => similarLine({ before: lines.join('\n') }, LIMITS);

const FIRST = ['with open(source) as file:', '    text = file.read().strip()'];
const SECOND = ['with socket() as connection:', '    text = connection.receive()'];

describe('copies how a line went on', () => {
  it('that began so', () => {
    expect(complete(...FIRST, '', 'with open(other) as file:', '    text')).toBe(' = file.read().strip()');
  });

  it('below the lines that are most like those above', () => {
    const empty = ['class Empty:', '    pass'];
    const both = [...empty, ...FIRST, ...empty, ...SECOND, ...empty];
    expect(complete(...both, 'with open(other) as file:', '    text')).toBe(' = file.read().strip()');
    expect(complete(...both, 'with socket() as other:', '    text')).toBe(' = connection.receive()');
  });

  it('to an empty line, what followed the most similar place', () => {
    expect(complete(...FIRST, ...SECOND, FIRST[0]!, '    ')).toBe('text = file.read().strip()');
  });

  it('at another indentation too', () => {
    expect(complete(...FIRST, FIRST[0]!, '        text')).toBe(' = file.read().strip()');
  });
});

describe('says nothing', () => {
  it.each([
    ['in an empty file', ['']],
    ['before enough is typed', [...FIRST, FIRST[0]!, '    t']],
    ['where no line began so', [...FIRST, FIRST[0]!, '    number']],
    ['where nothing above is similar', [...FIRST, 'class Empty:', '', '        text']],
    ['on an empty line below something new', [...FIRST, 'class Empty:', '    ']],
    [
      'where similar places went on differently',
      ['a b', 'text = 1', 'a b', 'text = 2', 'a b', 'text = 3', 'a b', 'text'],
    ],
    ['where only one character is left', ['call()', 'first()', 'call()', 'first(']],
    ['where the line is complete', [...FIRST, ...FIRST]],
  ])('%s', (_, lines) => {
    expect(complete(...lines)).toBe('');
  });
});
