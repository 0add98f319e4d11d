import { describe, expect, it } from 'vitest';
import { spell } from '../../../src/base/sentence.ts';
import { notesOn, readAnswer, shares } from '../../../src/tasks/taskAnswer.ts';

describe('an answer', () => {
  it.each([
    ['text', '\n one\n\ntwo \n', 'one\n\ntwo'],
    ['first-line', '\n one \ntwo', 'one'],
    ['first-line', '', ''],
    ['list', ' one\n- two\n\n* three\n4. four\n-\n', '- one\n- two\n- three\n- four'],
    ['list', ' -1 degree\n2024 was warm', '- -1 degree\n- 2024 was warm'],
    ['csv', ' a,b\n1,2 ', 'a,b\n1,2'],
  ] as const)('as %s: %j', (form, text, expected) => expect(readAnswer(text, form)).toBe(expected));
});

describe('shares of labels', () => {
  it('are what the probabilities are to one another, the greatest first', () => {
    const found = shares(['a', 'b', 'c'], [Math.log(0.02), Math.log(0.05), Math.log(0.03)]);
    expect(found.map(({ label }) => label)).toEqual(['b', 'c', 'a']);
    for (const [index, share] of [0.5, 0.3, 0.2].entries())
      expect(found[index]!.share).toBeCloseTo(share, 10);
  });

  it('do not vanish where all are unlikely', () => {
    const found = shares(['a', 'b'], [-2000, -2001]);
    expect(found[0]!.share / found[1]!.share).toBeCloseTo(Math.E, 6);
  });

  it('are none for what the model rules out', () => {
    expect(shares(['a', 'b'], [-Infinity, -3])).toEqual([
      { label: 'b', share: 1 },
      { label: 'a', share: 0 },
    ]);
  });
});

it.each([
  [{ cutTokens: 0, stopReason: 'rule' }, 'end', ''],
  [{ cutTokens: 3, stopReason: 'end-of-text' }, 'end', 'its last 3 tokens were left out.'],
  [{ cutTokens: 3, stopReason: 'rule' }, 'start', 'its first 3 tokens were left out.'],
  [{ cutTokens: 0, stopReason: 'length' }, 'end', 'came to no end and was cut off after 2 tokens.'],
  [{ cutTokens: 1, stopReason: 'window' }, 'end', 'left out. The answer came to no end'],
  [{ cutTokens: 0, stopReason: 'loop' }, 'end', 'The answer came to no end'],
] as const)('what is said of %j, cut at its %s', (generated, cut, expected) => {
  const notes = notesOn({ ...generated, ids: [1, 2] }, { cut });
  const text = notes.map((note) => spell(note)).join(' ');
  if (expected === '') expect(text).toBe('');
  else expect(text).toContain(expected);
});
