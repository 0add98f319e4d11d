import { describe, expect, it } from 'vitest';
import { labelsRequest, parseLabels, scaffoldOf, taskRequest } from '../../../src/tasks/taskRequest.ts';
import { taskOf } from '../../support/taskFiles.ts';

const values = (input: string, more: Partial<Parameters<typeof scaffoldOf>[1]> = {}) => ({
  ...{ input, editorLanguage: 'python', asked: {}, labels: [] },
  ...more,
});
const text = ({ before, body, after }: ReturnType<typeof scaffoldOf>) => `${before}${body}${after}`;

describe('a prompt', () => {
  it.each([
    ['a line', 'Text: {{input}}\nSo:', 'one', 'Text: one\nSo:'],
    ['lines of Windows', 'A:\r\n{{input}}\r\nB:', 'one\r\ntwo\r\n', 'A:\none\ntwo\nB:'],
    ['empty lines around it', 'A:\n{{input}}\nB:', '\n  \n  one\n\n', 'A:\n  one\nB:'],
    [
      'what looks like a place',
      'A: {{input}} {{editorLanguage}}',
      '{{editorLanguage}} {{input}} $&',
      'A: {{editorLanguage}} {{input}} $& python',
    ],
    ['nothing behind it', 'A: {{input}}', 'one', 'A: one'],
    ['nothing before it', '{{input}}\nB:', 'one', 'one\nB:'],
  ])('holds %s', (_, template, input, expected) => {
    expect(text(scaffoldOf(taskOf('', template), values(input)))).toBe(expected);
  });

  it('holds what was asked, and takes no place in it for one', () => {
    const task = taskOf('ask: { question: What?, other: More? }\n', '{{input}}\n{{question}}\n{{other}}:');
    const asked = { question: '{{other}}', other: '{{input}}' };
    expect(text(scaffoldOf(task, values('one', { asked })))).toBe('one\n{{other}}\n{{input}}:');
  });

  it('leaves whitespace to what follows it, since it is one token with that', () => {
    expect(scaffoldOf(taskOf('cut: start\n', 'A:\n\n {{input}}\n\nB: '), values('one'))).toEqual({
      ...{ before: 'A:', turns: [], body: '\n\n one', cut: 'start', after: '\n\nB:' },
    });
  });

  it('is drawn with the seed that is given, or not drawn at all', () => {
    expect(taskRequest(taskOf(), values('one'), 7)).toMatchObject({
      ...{ sampling: { kind: 'greedy' }, maxTokens: 200, priority: 'task' },
    });
    const task = taskOf('sampling: { temperature: 0.5, topP: 0.9 }\n');
    expect(taskRequest(task, values('one'), 7).sampling).toEqual({
      ...{ kind: 'random', temperature: 0.5, topP: 0.9, seed: 7 },
    });
  });
});

it('a label counts as a whole line', () => {
  const task = taskOf('answer: label\nlabels: ask\n', '{{labels}}\n{{input}}\nLabel:');
  const request = labelsRequest(task, values('one', { labels: ['pro', 'problem'] }));
  expect(request.continuations).toEqual([' pro\n', ' problem\n']);
  expect(request.prompt).toMatchObject({ before: 'pro, problem', body: '\none', after: '\nLabel:' });
});

it.each([
  ['bug, wish', ['bug', 'wish']],
  [' a ,, b,a ', ['a', 'b']],
  ['only', undefined],
  ['', undefined],
  ['a, a', undefined],
])('labels as they are typed: %j', (typed, expected) => {
  if (expected === undefined) expect(() => parseLabels(typed)).toThrow(/two labels or more/);
  else expect(parseLabels(typed)).toEqual(expected);
});
