/** What a task is once its file has been read: what goes in, when to stop, how the answer is read, where it goes. */
import type { StopRule } from '../model/generation.ts';
import type { Template } from './template.ts';

export const INPUTS = ['selection', 'file', 'typed'] as const;
export type Input = (typeof INPUTS)[number];

export const TABLE_FORMS = ['csv', 'markdown', 'json'] as const;
export type TableForm = (typeof TABLE_FORMS)[number];

export const ANSWERS = ['text', 'first-line', 'list', 'label', ...TABLE_FORMS] as const;
export type AnswerForm = (typeof ANSWERS)[number];

export const OUTPUTS = ['view', 'insert', 'replace', 'document', 'copy'] as const;
export type Output = (typeof OUTPUTS)[number];

export const CUTS = ['end', 'start', 'never'] as const;

/** Its file has a place for what was said before, and its answers go to the view of the conversation. */
export const CHAT_ID = 'chat';

export type TaskSampling = {
  /** 0: the most likely token, always. */
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
};

export type Question = { readonly name: string; readonly text: string };

export type Task = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  /** Of the file that is open; empty: all. */
  readonly languages: readonly string[];
  /** What the user is asked, each for its place in the template. */
  readonly ask: readonly Question[];
  /** What the answer is one of; 'ask': the user says. */
  readonly labels: readonly string[] | 'ask';
  readonly stop: readonly StopRule[];
  readonly maxTokens: number;
  readonly sampling: TaskSampling;
  /** Where the input is cut if it does not fit. */
  readonly cut: (typeof CUTS)[number];
  readonly answer: AnswerForm;
  /** The form that a table gets; 'ask': the user says. */
  readonly as?: TableForm | 'ask';
  readonly output: Output;
  readonly template: Template;
};

export function isTableForm(form: AnswerForm): form is TableForm {
  return TABLE_FORMS.some((known) => known === form);
}

/** Names that a template of this task may hold in double braces. */
export function placesOf({ id, ask, answer }: Pick<Task, 'id' | 'ask' | 'answer'>): readonly string[] {
  return [
    ...['input', 'editorLanguage'],
    ...(id === CHAT_ID ? ['history'] : []),
    ...(answer === 'label' ? ['labels'] : []),
    ...ask.map(({ name }) => name),
  ];
}
