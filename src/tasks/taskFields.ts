/** The fields of a task's file: what they are for, and what may stand there. */
import { say, type Sentence } from '../base/sentence.ts';
import { ANSWERS, CUTS, INPUTS, OUTPUTS, TABLE_FORMS } from './task.ts';

export type FieldDescription = {
  readonly says: Sentence;
  readonly isRequired?: true;
  /** What may stand there, where it can be counted up. */
  readonly values?: readonly string[];
  /** What to write at first, where it cannot. */
  readonly example?: string;
};

export const TASK_FIELDS: Readonly<Record<string, FieldDescription>> = {
  id: {
    says: say`The name of the task among all: small letters, digits and hyphens.`,
    isRequired: true,
    example: 'my-task',
  },
  title: { says: say`What the list of tasks shows.`, isRequired: true, example: 'My Task' },
  description: { says: say`A sentence about it, in the list of tasks.`, example: 'What it does.' },
  input: {
    says: say`What stands for {{input}}: the selection, the whole file, or what the user types.`,
    isRequired: true,
    values: INPUTS,
  },
  languages: {
    says: say`Language identifiers of the files in which the task is offered. Without this: all.`,
    example: '[python]',
  },
  ask: {
    says: say`More to ask the user: a name, which the prompt holds in double braces, and the question.`,
    example: '{ question: What do you want to know? }',
  },
  labels: {
    says: say`For "answer: label": what the answer is one of, or "ask" to let the user say.`,
    example: '[positive, negative]',
  },
  answer: { says: say`How the answer is read. Without this: text.`, values: ANSWERS },
  as: {
    says: say`The form that a table gets, or "ask". Without this: as the model writes it.`,
    values: [...TABLE_FORMS, 'ask'],
  },
  output: { says: say`Where the answer goes.`, isRequired: true, values: OUTPUTS },
  stop: {
    says: say`Where the answer ends: before a text, or { behind: text }, or { lines: 3 }.`,
    example: '["\\n\\n"]',
  },
  maxTokens: { says: say`The most tokens that an answer has. Without this: 200.`, example: '200' },
  sampling: {
    says: say`How tokens are drawn: temperature, topK, topP. Without this: the most likely one, always.`,
    example: '{ temperature: 0.8, topP: 0.95 }',
  },
  cut: {
    says: say`Where the input is cut if it is longer than the model reads: at its end, its start, or never.`,
    values: CUTS,
  },
};
