import { describe, expect, it } from 'vitest';
import { evaluateExplaining, explainCases, sampleCases } from '../../../src/evaluation/explaining.ts';
import { wordF1, wordsOf } from '../../../src/evaluation/words.ts';
import { read } from '../../support/python.ts';

it.each([
  ['Returns the user name.', 'returns the user name'],
  ['get_userName2', 'get user name 2'],
  ['HTTPClient, `self._x`', 'http client self x'],
  ['Über ÄRGER, naïve 数', 'über ärger naïve 数'],
  ['— … !', ''],
])('the words of %j', (text, words) => expect(wordsOf(text).join(' ')).toBe(words));

// Worked out by hand: 2 x shared / (words here + words there).
it.each([
  ['a b c', 'a b c', 1],
  ['a b', 'a b c d', 4 / 6],
  ['a a a', 'a b', 2 / 5],
  ['a a', 'a a', 1],
  ['x', 'a', 0],
  ['', 'a', 0],
])('%j has so much of %j', (candidate, reference, f1) => {
  expect(wordF1(wordsOf(candidate), wordsOf(reference))).toBeCloseTo(f1, 12);
});

const TEXT = `
class Shop:
    """Sells."""

    @property
    def total_price(self, currency="EUR", *rates, tax=DEFAULT, **more):
        """The sum of all prices. With
        tax.

        And more.
        """
        return sum(self.prices)

    def only_documented(self):
        """Is left out: nothing would be left to explain."""

    def undocumented(self, item):
        return item

async def close(a: int, /, b):
    'Closes ' "it."
    await a
`;

describe('the cases of a file', () => {
  const cases = explainCases('shop.py', read(TEXT));

  it('are its functions with a docstring, shown without it', () => {
    expect(cases.map(({ name, paragraph, parameters }) => [name, paragraph, parameters])).toEqual([
      ['Shop.total_price', 'The sum of all prices. With tax.', ['self', 'currency', 'rates', 'tax', 'more']],
      ['close', 'Closes it.', ['a', 'b']],
    ]);
    expect(cases[0]!.part.code).toMatch(/@property\n.*:\n {8}return sum/);
  });

  it('are sampled alike for the same seed', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ ...cases[0]!, name: String(index) }));
    const names = (seed: number) => sampleCases(many, 10, seed).map(({ name }) => name);
    expect(names(1)).toHaveLength(10);
    expect(names(1)).toEqual(names(1));
    expect(names(1)).not.toEqual(names(2));
    expect(sampleCases(many, Infinity, 1)).toEqual(many);
  });

  it('are compared word by word, beside name and parameters', async () => {
    const explained = { text: 'The sum of prices.', firstMs: 10, totalMs: 30 };
    const report = await evaluateExplaining(cases, () => Promise.resolve(explained));
    expect(report).toMatchObject({ files: 1, functions: 2, empty: 0, latencyMs: { p50: 30, p95: 30 } });
    // "the sum of prices" has 4 of the 5 words of the first sentence, 4 of the 7 of the paragraph, none of the other's.
    expect(report.sentenceF1).toBeCloseTo(8 / 9 / 2, 12);
    expect(report.paragraphF1).toBeCloseTo(8 / 11 / 2, 12);
    // "total price currency rates tax more" has "tax"; "close a b" has nothing of "closes it".
    expect(report.baseline.sentenceF1).toBe(0);
    expect(report.baseline.paragraphF1).toBeCloseTo(2 / 13 / 2, 12);
  });
});
