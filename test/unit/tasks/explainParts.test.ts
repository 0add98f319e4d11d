import { expect, it } from 'vitest';
import { cancelled, UserError } from '../../../src/base/userError.ts';
import type { Generated, StopReason } from '../../../src/model/generation.ts';
import { DEFAULT_PROMPTS } from '../../../src/model/prompts.ts';
import { targetOf } from '../../../src/python/target.ts';
import { checkSaid, explainParts, type Ask, type Section } from '../../../src/tasks/explainParts.ts';
import { drawn } from '../../support/python.ts';

type Answer = { readonly text: string; readonly stopReason?: StopReason };

/** A model with a window of so many lines of code, whose answer is about the last line that it saw. */
function scripted(nLines: number, answer = (last: string): Answer => ({ text: `About ${last}.` })) {
  const ask: Ask = (request, onText) => {
    const { prompt } = request;
    if (prompt.kind !== 'text') throw new Error('A prompt is text here.');
    const lines = prompt.body.split('\n');
    if (lines.length > nLines && prompt.cut === 'never')
      return Promise.reject(new UserError('too-long', 'Too long.'));
    const { text, stopReason = 'rule' } = answer(lines.slice(0, nLines).at(-1)!.trim());
    onText(text.slice(0, 3));
    return Promise.resolve({ text, stopReason } as Generated);
  };
  const shown: (readonly Section[])[] = [];
  const model = { name: 'Tiny', prompts: DEFAULT_PROMPTS, nPositions: 20 };
  return { shown, context: { model, ask, onSections: (now: readonly Section[]) => void shown.push(now) } };
}

const partOf = (drawing: string) => {
  const { file, selection } = drawn(drawing);
  return targetOf(file, selection);
};
const said = (sections: readonly Section[]) =>
  sections.map(({ part: { lines }, text, state, leftOut }) =>
    [
      `${lines.first}-${lines.last}`,
      text,
      state,
      ...(leftOut ? [`${leftOut.first}-${leftOut.last}`] : []),
    ].join(' '),
  );

const CLASS =
  'class A:\n    │x = 1\n\n    def f(self):\n        a = 1\n        return a\n\n    def g(self): pass\n';

it('what fits is explained as a whole, and grows', async () => {
  const { shown, context } = scripted(10);
  expect(said(await explainParts(partOf(CLASS), context))).toEqual(['1-8 About def g(self): pass. whole']);
  expect(shown.map(said)).toEqual([['1-8 Abo growing'], ['1-8 About def g(self): pass. whole']]);
});

it('a class that does not fit is explained part by part, in order', async () => {
  const { shown, context } = scripted(5);
  const sections = await explainParts(partOf(CLASS), context);
  expect(said(sections)).toEqual([
    '2-2 About x = 1. whole',
    '4-6 About return a. whole',
    '8-8 About def g(self): pass. whole',
  ]);
  expect(said(shown.at(-2)!)).toEqual([...said(sections).slice(0, 2), '8-8 Abo growing']);
});

it('of what cannot be split, the lines that did not fit are named', async () => {
  const list = `x = [\n${Array.from({ length: 8 }, (_, index) => `  ${index},\n`).join('')}]\n`;
  const { context } = scripted(4);
  const [, section] = await explainParts(partOf(`├y = 1\n${list}┤`), context);
  // Ten lines, then 7, 5 and 3 of them are tried.
  expect(said([section!])).toEqual(['2-11 About 1,. whole 5-11']);
});

it('a line that is longer than the window is cut, and none of it counts as read', async () => {
  const { context } = scripted(1);
  const line = `x = [${'1, '.repeat(2_000)}]`;
  const asked: string[] = [];
  const ask: Ask = (request, onText) => {
    asked.push(request.prompt.kind === 'text' ? `${request.prompt.cut} ${request.prompt.body.length}` : '');
    return context.ask(request, onText);
  };
  const [section] = await explainParts(partOf(`├${line}┤`), { ...context, ask });
  expect(asked).toEqual(['end 120']);
  expect(section!.leftOut).toEqual({ first: 1, last: 1 });
});

it('an answer without an end keeps its whole sentences, and says so', async () => {
  const answer = () => ({ text: 'Adds. It adds. It ad', stopReason: 'length' as const });
  const sections = await explainParts(partOf('x = │1\n'), scripted(9, answer).context);
  expect(said(sections)).toEqual(['1-1 Adds. It adds. endless']);
});

it('a part without an answer does not end the others; nothing at all is an error', async () => {
  const answer = (last: string) => ({ text: last.startsWith('return') ? '``.' : 'Adds.' });
  const sections = await explainParts(partOf(CLASS), scripted(5, answer).context);
  expect(said(sections)).toEqual(['2-2 Adds. whole', '4-6  empty', '8-8 Adds. whole']);
  expect(() => checkSaid(sections)).not.toThrow();
  const silent = await explainParts(partOf(CLASS), scripted(5, () => ({ text: '' })).context);
  expect(() => checkSaid(silent)).toThrow('nothing to say');
});

it('what has been said when it is cancelled has been told', async () => {
  let nAsked = 0;
  const { shown, context } = scripted(5);
  const ask: Ask = (request, onText) => {
    if (++nAsked > 3) throw cancelled();
    return context.ask(request, onText);
  };
  await expect(explainParts(partOf(CLASS), { ...context, ask })).rejects.toMatchObject({ code: 'cancelled' });
  expect(said(shown.at(-1)!)).toEqual(['2-2 About x = 1. whole', '4-6 About return a. whole']);
});

it('no code is a sentence', async () => {
  const work = explainParts(partOf('# nothing│\n'), scripted(5).context);
  await expect(work).rejects.toMatchObject({ code: 'bad-argument' });
});
