import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findStop } from '../../../src/engine/stopRules.ts';
import { chatRequest, codeOf, type Turn } from '../../../src/tasks/chat.ts';
import { readTaskFile } from '../../../src/tasks/taskFile.ts';

const FORM = `---
id: chat
title: Chat
input: typed
output: view
---
Be brief.

{{history}}Q: {{input}}
A:
`;
const task = readTaskFile(FORM).task!;

const promptOf = (turns: readonly Turn[], question: string) => {
  const { prompt } = chatRequest(task, turns, { question, seed: 1 });
  if (prompt.kind !== 'scaffold') throw new Error('a scaffold was expected');
  return prompt;
};
const textOf = ({ before, turns, body, after }: ReturnType<typeof promptOf>) =>
  `${before}${turns.join('')}${body}${after}`;

describe('a conversation', () => {
  it('is said in the form that the next answer should have', () => {
    const turns = [
      { question: 'One?', answer: 'Yes.' },
      { question: ' Two?\n', answer: ' No.\nNever.\n' },
    ];
    expect(textOf(promptOf(turns, ' Three? '))).toBe(
      'Be brief.\n\nQ: One?\nA: Yes.\n\nQ: Two?\nA: No.\nNever.\n\nQ: Three?\nA:',
    );
    expect(textOf(promptOf([], 'One?'))).toBe('Be brief.\n\nQ: One?\nA:');
  });

  it('has each turn as a whole that can be left out, and a question that cannot', () => {
    const { turns, cut, body } = promptOf([{ question: 'One?', answer: 'Yes.' }], 'Two?');
    expect(turns).toEqual(['\n\nQ: One?\nA: Yes.']);
    expect([cut, body]).toEqual(['never', '\n\nQ: Two?']);
  });

  it('takes nothing that somebody says for a place', () => {
    const said = '{{history}} {{input}}';
    expect(textOf(promptOf([{ question: said, answer: said }], said))).toBe(
      `Be brief.\n\nQ: ${said}\nA: ${said}\n\nQ: ${said}\nA:`,
    );
  });

  it('ends before the model asks the next question by itself', () => {
    const { stop } = readTaskFile(readFileSync('media/tasks/chat.md', 'utf8')).task!;
    const answer = ' Like this:\n```\nx\n```';
    expect(findStop(`${answer}\n\nPerson: And`, stop)).toBe(answer.length + 1);
    expect(findStop(`${answer}\nAssistant: I`, stop)).toBe(answer.length);
    expect(findStop(answer, stop)).toBeUndefined();
  });
});

it.each([
  ['no fence', 'a = 1', 'a = 1'],
  ['a block', 'So:\n```python\na = 1\n\nb = 2\n```\nDone.', 'a = 1\n\nb = 2\n'],
  ['two blocks', '```\na\n```\n```\nb\n```', 'a\n'],
  ['a block without end', 'So:\n```\na', 'So:\n```\na'],
])('the code of an answer with %s', (_, answer, expected) => expect(codeOf(answer)).toBe(expected));
