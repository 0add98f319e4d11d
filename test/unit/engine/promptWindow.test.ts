import { describe, expect, it } from 'vitest';
import { fitPrompt } from '../../../src/engine/promptWindow.ts';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import type { Prompt } from '../../../src/model/generation.ts';
import { Tokenizer } from '../../../src/tokenizer/tokenizer.ts';

const tokenizer = new Tokenizer('gpt2');
const text = (body: string, cut: 'start' | 'end' | 'never', more: Partial<Prompt> = {}) =>
  ({ kind: 'text', body, after: '', cut, heal: false, ...more }) as Prompt;
const fit = (prompt: Prompt, windowTokens: number, answerTokens: number) =>
  fitPrompt(prompt, tokenizer, { windowTokens, answerTokens });

/** Code that is never twice the same, so that where it is cut can be told. */
function code(nLines: number): string {
  const random = seededRandom(9);
  const name = () => ['total', 'index', 'user_id', 'rows', 'x'][Math.floor(random() * 5)];
  return Array.from(
    { length: nLines },
    (_, n) => `    ${name()}_${n} = ${name()}[${n}] + ${name()}(self)\n`,
  ).join('');
}
const BODY = code(300);
const IDS = tokenizer.encode(BODY);

describe('what does not fit', () => {
  it.each([
    ['ids', { kind: 'ids', ids: IDS.slice(0, 217) } as const, 217],
    ['text that may not be cut', text('x'.repeat(500).replaceAll('x', ' x'), 'never'), 500],
    ['a task whose own words fill the window', text('a b', 'end', { after: ' x'.repeat(216) }), 218],
  ] as const)('%s', (_, prompt, nTokens) => {
    expect(() => fit(prompt, 256, 40)).toThrow(`needs ${nTokens} tokens, but the model has room for 216`);
  });
});

describe('what fits just so', () => {
  it('ids, to the last', () => {
    expect(fit({ kind: 'ids', ids: IDS.slice(0, 216) }, 256, 40).ids).toHaveLength(216);
  });

  it('text that may not be cut', () => {
    expect(fit(text(' x'.repeat(216), 'never'), 256, 40)).toMatchObject({
      cutTokens: 0,
      ids: { length: 216 },
    });
  });

  it('text that is cut at its end fills the room, before the words of the task', () => {
    const { ids, cutTokens } = fit(text(BODY, 'end', { after: '\n# why?' }), 256, 40);
    const after = tokenizer.encode('\n# why?');
    expect(ids).toEqual([...IDS.slice(0, 216 - after.length), ...after]);
    expect(cutTokens).toBe(IDS.length - (216 - after.length));
  });
});

describe('text that is cut at its start', () => {
  it.each([
    [256, 40],
    [256, 120],
    [1024, 40],
    [1024, 300],
    [2048, 1],
  ])('fits a window of %i with %i left, and wastes little of it', (windowTokens, answerTokens) => {
    for (let nTokens = 1; nTokens < IDS.length; nTokens += 37) {
      const body = tokenizer.decode(IDS.slice(0, nTokens));
      const { ids, cutTokens } = fit(text(body, 'start'), windowTokens, answerTokens);
      const all = tokenizer.encode(body);
      expect(ids).toEqual(all.slice(cutTokens));
      expect(ids.length).toBeLessThanOrEqual(windowTokens - answerTokens);
      const spared = Math.max(answerTokens, windowTokens / 8) + windowTokens / 8;
      expect(ids.length).toBeGreaterThanOrEqual(Math.min(all.length, windowTokens - spared));
    }
  });

  it.each([1024, 2048])('seldom begins elsewhere while somebody types, in a window of %i', (windowTokens) => {
    const nKeystrokes = 300;
    for (const start of [6_000, 9_000, 12_000]) {
      let nChanges = 0;
      let first: number | undefined;
      for (let typed = 0; typed < nKeystrokes; typed++) {
        const body = BODY.slice(0, start + typed);
        // A line is completed here, a block there.
        const { cutTokens } = fit(
          text(body, 'start', { heal: true }),
          windowTokens,
          typed % 7 === 0 ? 120 : 40,
        );
        if (first !== undefined && cutTokens !== first) nChanges++;
        first = cutTokens;
      }
      expect(nChanges / nKeystrokes).toBeLessThanOrEqual(8 / windowTokens);
    }
  });
});

describe('healing', () => {
  it.each(['return x', 'foo(', 'a\n    ', 'naïve café', 'x = "日', '  '])(
    '%j: what is taken back must come again',
    (body) => {
      const { ids, healing } = fit(text(body, 'start', { heal: true }), 256, 40);
      expect(Buffer.concat([...ids.map((id) => tokenizer.vocabulary.bytesOf(id)!), healing]).toString()).toBe(
        body,
      );
      expect(ids).toEqual(tokenizer.encode(body).slice(0, ids.length));
      expect(ids.length).toBeLessThan(Math.max(2, tokenizer.encode(body).length));
    },
  );

  it.each([
    ['a = some_new_na', ' some_new_na'],
    ['f(user_i', 'user_i'],
    ['x = "日', '日'],
    ['x.', '.'],
    ['x = ', ' '],
  ])('%j: the whole word that was begun is taken back', (body, taken) => {
    const { healing } = fit(text(body, 'start', { heal: true }), 256, 40);
    expect(Buffer.from(healing).toString()).toBe(taken);
  });

  it('leaves a single token, since something must be run', () => {
    expect(fit(text('def', 'start', { heal: true }), 256, 40)).toEqual({
      ids: tokenizer.encode('def'),
      healing: new Uint8Array(),
      cutTokens: 0,
    });
  });
});
