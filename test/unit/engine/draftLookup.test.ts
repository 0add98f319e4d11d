/** Drawn with letters as tokens: what stands before the cursor, and what is expected behind it. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { DraftLookup } from '../../../src/engine/draftLookup.ts';

const idsOf = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

function draft(text: string, maxTokens: number, others: readonly string[] = []) {
  const found = new DraftLookup(idsOf(text), others.map(idsOf)).find(maxTokens);
  return found && { ...found, ids: String.fromCharCode(...found.ids) };
}

describe('the draft', () => {
  it.each([
    ['what followed the end before', 'abcd1ab', 2, 'cd'],
    ['the longest end, although a shorter one is nearer', 'xabc1yabd2xab', 1, 'c'],
    ['of equals the latest', '1abc2abd3ab', 1, 'd'],
    ['what most of them say', '1abc2abc3abd4ab', 1, 'c'],
    ['the longest of those that say it', '7abcdefghPM8abcdefghPN97abcdefgh', 2, 'PM'],
    ['no more than is wanted', 'abcdefgh1ab', 3, 'cde'],
    ['a period, for ever', 'abcabc', 7, 'abcabca'],
    ['one token, for ever', 'zaa', 4, 'aaaa'],
    ['the text and then itself', 'abcdab', 6, 'cdabcd'],
  ])('is %s: %s', (_, text, maxTokens, expected) => {
    expect(draft(text, maxTokens)?.ids).toBe(expected);
  });

  it.each(['', 'a', 'abcdef'])('is nothing where nothing comes twice: %j', (text) => {
    expect(draft(text, 5)).toBeUndefined();
  });

  it('is nothing where none is wanted', () => expect(draft('abab', 0)).toBeUndefined());

  it('has a long agreement counted only so far', () => {
    const [line, end] = ['the same line again and again', 'NEXT'];
    expect(draft(`${line}${end}1${line}`, 4)).toMatchObject({ ids: end, matchTokens: 24 });
    expect(draft('cabX1dab', 1)).toMatchObject({ matchTokens: 2 });
  });

  it('tells where opinions differ', () => {
    expect(draft('1abc2abd3ab', 1)?.isDisputed).toBe(true);
    expect(draft('1abc2abc3ab', 1)?.isDisputed).toBe(false);
    expect(draft('1abc2abc3abc4abd5ab', 1)?.isDisputed).toBe(false);
  });

  it('lets no short agreement speak against a long one', () => {
    expect(draft('1abd2abd3xyzabc4xyzab', 1)).toMatchObject({ ids: 'c', matchTokens: 5, isDisputed: false });
  });
});

describe('other texts', () => {
  it.each([
    ['are drafted from', 'go ab', ['abcd'], 'cd'],
    ['end where they end', 'xab', ['abc', 'yyy'], 'c'],
    ['say nothing at their end', 'xab', ['ab', 'cd'], undefined],
    ['agree only up to their beginning', 'xyab', ['ab!', 'yabc'], 'c'],
    ['go behind the text itself', 'abZ1ab', ['abY'], 'Z1a'],
  ])('%s: %s', (_, text, others, expected) => expect(draft(text, 3, others)?.ids).toBe(expected));
});

it('does not take the border of two texts for an agreement', () => {
  expect(draft('ab', 1, ['zz', 'abX'])).toMatchObject({ ids: 'X', matchTokens: 2 });
});

it('finds the same in a text that has grown token by token', () => {
  const random = seededRandom(7);
  const ids = Array.from({ length: 400 }, () => Math.floor(random() * 5));
  const grown = new DraftLookup([], [[1, 2, 3]]);
  for (const [index, id] of ids.entries()) {
    grown.push(id);
    expect(grown.find(6)).toEqual(new DraftLookup(ids.slice(0, index + 1), [[1, 2, 3]]).find(6));
  }
});
