import { describe, expect, it } from 'vitest';
import type { Document, Stretch, Suggestion } from '../../../src/evaluation/document.ts';
import type { Tally } from '../../../src/evaluation/tally.ts';
import { typeStretch } from '../../../src/evaluation/typing.ts';

/** Types what stands between `├` and `┤`. A script says what is shown behind a text: its longest that fits. */
async function typed(
  drawing: string,
  script: Readonly<Record<string, string>> = {},
): Promise<{ tally: Tally; asked: Document[] }> {
  const [above, rest] = drawing.split('├');
  const [text, below] = rest!.split('┤');
  const stretch: Stretch = { file: 'a.py', above: above!, text: text!, below: below! };
  const asked: Document[] = [];
  const suggest = (document: Document): Suggestion => {
    asked.push(document);
    return { text: script[document.before.slice(above!.length)] ?? '' };
  };
  return { tally: await typeStretch(stretch, suggest, () => 0), asked };
}

async function counts(drawing: string, script: Readonly<Record<string, string>> = {}) {
  const { characters, requests, shown, accepted, saved, duplicatedLines } = (await typed(drawing, script))
    .tally;
  return { characters, requests, shown, accepted, saved, duplicatedLines };
}

describe('what is typed, and where it is asked', () => {
  it('after each character, with all above and all below, and what is not typed yet absent', async () => {
    const { asked, tally } = await typed('a = 1\n├bc┤\nd');
    expect(asked).toEqual(['', 'b', 'bc'].map((part) => ({ before: `a = 1\n${part}`, after: '\nd' })));
    expect(tally).toMatchObject({ characters: 2, requests: 3, shown: 0, accepted: 0, saved: 0 });
  });

  it('indentation is one keystroke behind Enter, with nothing asked between the two', async () => {
    const { asked, tally } = await typed('├    if x:\n        y\n\n😀┤');
    expect(asked.map(({ before }) => before)).toEqual([
      ...['    ', '    i', '    if', '    if ', '    if x', '    if x:', '    if x:\n        '],
      ...['    if x:\n        y', '    if x:\n        y\n', '    if x:\n        y\n\n'],
      '    if x:\n        y\n\n😀',
    ]);
    // Indentation, `if x:`, Enter, indentation, `y`, Enter, Enter, one smiling character.
    expect(tally).toMatchObject({ characters: 12, requests: 11 });
  });
});

describe('what is accepted', () => {
  it('a line: one keystroke for all of it', async () => {
    // Typed: x, accept. Not typed: " = 1", 4 characters.
    expect(await counts('├x = 1┤', { x: ' = 1' })).toEqual({
      ...{ characters: 5, requests: 3, shown: 1, accepted: 1, saved: 3, duplicatedLines: 0 },
    });
  });

  it('a part of a line', async () => {
    // x, accept " = f", then "(1)" is typed.
    expect(await counts('├x = f(1)┤', { x: ' = f' })).toMatchObject({
      ...{ characters: 8, requests: 6, shown: 1, accepted: 1, saved: 3 },
    });
  });

  it.each([
    ['cut inside a word', '├value┤', { v: 'al' }],
    ['with something else at its end', '├f(a, b)┤', { 'f(': 'a)' }],
    ['that goes on behind the stretch', '├a┤\nb', { a: '\nb' }],
    ['blank', '├a  b┤', { a: ' ' }],
  ])('not a line %s', async (_, drawing, script) => {
    expect(await counts(drawing, script)).toMatchObject({ accepted: 0, saved: 0 });
  });

  it('of several lines, the first; what follows it is shown anew', async () => {
    // a, accept " = 1", accept "\nb = 2".
    expect(await counts('├a = 1\nb = 2┤', { a: ' = 1\nb = 2', 'a = 1': '\nb = 2' })).toMatchObject({
      ...{ characters: 11, requests: 4, shown: 2, accepted: 2, saved: 3 + 5 },
    });
  });

  it('the line below, with its indentation as one character', async () => {
    // "if x:" is typed, then Enter, indentation and "y = 1" are one keystroke.
    expect(await counts('├if x:\n    y = 1┤', { 'if x:': '\n    y = 1\n    z' })).toMatchObject({
      ...{ characters: 12, requests: 7, shown: 1, accepted: 1, saved: 6 },
    });
  });
});

describe('what counts as shown', () => {
  it('once while it is typed along', async () => {
    const script = { a: 'bcX', ab: 'cX', abc: 'X' };
    expect(await counts('├abcd┤', script)).toMatchObject({ shown: 1, accepted: 0, requests: 5 });
  });

  it('once while Enter and the indentation of a line are typed along', async () => {
    const script = { 'a:': '\n    bX', 'a:\n    ': 'bX', 'a:\n    b': 'X' };
    expect(await counts('├a:\n    bc┤', script)).toMatchObject({ shown: 1, accepted: 0 });
  });

  it.each([
    ['where it differs', { a: 'bX', ab: 'Y' }, 2],
    ['where more is shown than the rest of it', { a: 'bX', ab: 'X\nmore' }, 2],
    ['where it was gone in between', { a: 'bcX', abc: 'X' }, 2],
    ['where something else was typed', { a: 'XY', ab: 'Y' }, 2],
    ['not where all of it is typed', { a: 'b', ab: '' }, 1],
  ])('anew %s', async (_, script, shown) => {
    expect(await counts('├abcd┤', script)).toMatchObject({ shown });
  });

  it('at the end of the stretch too', async () => {
    expect(await counts('├ab┤\nc', { ab: 'X' })).toMatchObject({ requests: 3, shown: 1 });
  });
});

it('what is blank is not shown', async () => {
  expect(await counts('├a  b┤', { a: ' ', 'a ': '\n  ' })).toMatchObject({ shown: 0 });
});

describe('duplicates', () => {
  it('a suggestion that repeats the next line below, once for all that is typed along', async () => {
    const script = { '': 'return value', r: 'eturn value', re: 'turn value' };
    expect(await counts('├real()┤\n\n    return value\n', script)).toMatchObject({
      ...{ shown: 1, accepted: 0, duplicatedLines: 1 },
    });
  });
});

it('takes the time of each request, and what the model had to run', async () => {
  let nowMs = 0;
  const suggest = ({ before }: Document): Promise<Suggestion> => {
    nowMs += 10 * (before.length + 1);
    return Promise.resolve(before === '' ? { text: '' } : { text: '', recomputedTokens: before.length });
  };
  const tally = await typeStretch({ file: 'a', above: '', text: 'ab', below: '' }, suggest, () => nowMs);
  expect(tally.latenciesMs).toEqual([10, 20, 30]);
  expect(tally.jumpsMs).toEqual([10]);
  expect(tally.recomputedTokens).toEqual([1, 2]);
});
