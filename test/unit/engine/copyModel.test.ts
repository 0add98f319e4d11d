import { describe, expect, it } from 'vitest';
import { CopyModel } from '../../../src/engine/copyModel.ts';
import { mostLikely } from '../../../src/engine/mixture.ts';
import { Words } from '../../../src/engine/words.ts';
import { Tokenizer } from '../../../src/tokenizer/tokenizer.ts';

const tokenizer = new Tokenizer('gpt2');
const words = new Words(tokenizer.vocabulary);
const idOf = (token: string) => {
  const [id, ...more] = tokenizer.encode(token);
  expect(more, `${token} is one token`).toEqual([]);
  return id!;
};
const reading = (...texts: string[]) =>
  new CopyModel(
    texts.map((text) => tokenizer.encode(text)),
    words,
  );
const said = (model: CopyModel, begun?: string): [string, number][] => {
  const wanted = begun === undefined ? undefined : new TextEncoder().encode(begun);
  const forecast = model.forecast(
    wanted && { ids: tokenizer.vocabulary.compatibleWith(wanted), bytes: wanted.length },
  );
  return [...(forecast?.words ?? [])]
    .map(([word, probability]): [string, number] => [tokenizer.decode([word]), probability])
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
};

describe('words', () => {
  it('are the same with and without a space before them', () => {
    expect(words.of(idOf(' value'))).toBe(idOf('value'));
    expect(words.idsOf(idOf('value'))).toEqual([idOf('value'), idOf(' value')]);
    expect([words.isSpace(idOf(' ')), words.isSpace(idOf('\n')), words.isSpace(idOf('x'))]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('what comes next', () => {
  it('is what followed the last words before: e times as likely for each further word that agrees', () => {
    // The end agrees with one word before each "b", and with three before "c".
    expect(said(reading('a b a c a b a'))).toEqual([
      ['c', expect.closeTo(Math.E ** 3 / (Math.E ** 3 + 2 * Math.E))],
      ['b', expect.closeTo((2 * Math.E) / (Math.E ** 3 + 2 * Math.E))],
    ]);
  });

  it('is, for a word that was begun, also what stands anywhere, as far as something new is likely', () => {
    // Three different words followed "a" in three places. Read: 7 words and the border, 4 different words.
    const [[word, probability] = ['', 0]] = said(reading('a b a c a total a'), 'tot');
    const [seen, escape, anywhere] = [1 / 3, 3 / 6, 1 / (8 + 4)];
    const all = (1 - escape) * seen + escape * anywhere;
    const unseen = (escape * 4 * 0.1 ** 3) / (8 + 4);
    expect([word, probability]).toEqual(['total', expect.closeTo(all / (all + unseen), 6)]);
  });

  it('is rather what followed where more words agree', () => {
    const [[first, surer] = ['', 0], [second, less] = ['', 0]] = said(reading('x a b\n y a c\n x a'));
    expect([first, second]).toEqual(['b', 'c']);
    expect(surer).toBeGreaterThan(2 * less);
  });

  it('does not mind spaces and indentation', () => {
    expect(said(reading('f( a,  b)\ng(a'))[0]?.[0]).toBe(',');
  });

  it('is not seen across texts, and nothing is known of a word that is new', () => {
    expect(said(reading('b a', 'c a'))).toEqual([]);
    expect(said(reading('a b c new'))).toEqual([]);
  });

  it('goes on with the word that was begun, from anywhere in the text', () => {
    const model = reading('total = first + second\nother(');
    expect(said(model, 'sec').map(([word]) => word)).toEqual(['second']);
    expect(said(model, 'xy')).toEqual([]);
    expect(model.forecast({ ids: [idOf('second')], bytes: 3 })?.agreementBytes).toBe(3);
  });

  it('is learned while it is said', () => {
    const model = reading('a b');
    for (const token of [' a', ' d', ' a']) model.push(idOf(token));
    expect(said(model).map(([word]) => word)).toEqual(['b', 'd']);
  });
});

describe('mixed into a model', () => {
  const model = new Map([
    [idOf('x'), 0.6],
    [idOf('y'), 0.3],
    [idOf(' y'), 0.1],
  ]);
  const probabilityOf = (id: number) => model.get(id) ?? 0;
  const mixed = (forecast: [string, number][], agreementBytes: number) =>
    mostLikely([idOf('x')], probabilityOf, {
      forecast: { agreementBytes, words: new Map(forecast.map(([token, share]) => [idOf(token), share])) },
      words,
    });

  it('is the model where nothing agrees, or what agrees is not allowed', () => {
    expect(mixed([['y', 0.9]], 0)).toEqual({ id: idOf('x'), logProbability: Math.log(0.6) });
    const { id, logProbability } = mixed([['z', 0.9]], 40);
    expect([id, Math.exp(logProbability)]).toEqual([idOf('x'), expect.closeTo(0.6)]);
  });

  it('is the forecast where much agrees, with the space that the model wants', () => {
    const { id, logProbability } = mixed([['y', 0.9]], 40);
    expect(id).toBe(idOf('y'));
    expect(Math.exp(logProbability)).toBeGreaterThan(0.5);
  });

  it('is a distribution: the probabilities of all ids sum up to 1', () => {
    const all = [idOf('x'), idOf('y'), idOf(' y')].map((favoured) => {
      const shares = new Map([[idOf('y'), 0.5]]);
      // The most likely of a single id is that id.
      const only = (id: number) => (id === favoured ? probabilityOf(id) : 0);
      return mostLikely([favoured], only, { forecast: { agreementBytes: 0, words: shares }, words });
    });
    const sum = all.reduce((total, { logProbability }) => total + Math.exp(logProbability), 0);
    expect(sum).toBeCloseTo(1);
  });
});
