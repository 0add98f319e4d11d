/** A task and what the user gave for it → what the model is asked. */
import { UserError } from '../base/userError.ts';
import {
  GREEDY,
  type ContinuationsRequest,
  type GenerateRequest,
  type Sampling,
  type ScaffoldPrompt,
} from '../model/generation.ts';
import { say } from '../base/sentence.ts';
import type { Input, Task, TaskSampling } from './task.ts';
import { fill, splitAt } from './template.ts';

export type TaskValues = {
  readonly input: string;
  /** Language identifier of the file that is open. */
  readonly editorLanguage: string;
  /** By the names under which they were asked. */
  readonly asked: Readonly<Record<string, string>>;
  readonly labels: readonly string[];
};

/** @param seed of what is drawn, where anything is */
export function taskRequest(task: Task, values: TaskValues, seed: number): GenerateRequest {
  return {
    prompt: { kind: 'scaffold', ...scaffoldOf(task, values) },
    maxTokens: task.maxTokens,
    sampling: samplingOf(task.sampling, seed),
    stop: task.stop,
    endsLoops: true,
    priority: 'task',
  };
}

/**
 * How likely each label is as the whole answer: with the end of its line, since otherwise a label that begins
 * another one would get that one's share, too.
 */
export function labelsRequest(task: Task, values: TaskValues): ContinuationsRequest {
  return {
    prompt: { kind: 'scaffold', ...scaffoldOf(task, values) },
    continuations: values.labels.map((label) => ` ${label}\n`),
  };
}

export function samplingOf({ temperature, ...limits }: TaskSampling, seed: number): Sampling {
  return temperature === 0 ? GREEDY : { kind: 'random', temperature, ...limits, seed };
}

export function scaffoldOf({ template, cut }: Task, values: TaskValues): ScaffoldPrompt {
  const others = {
    ...values.asked,
    labels: values.labels.join(', '),
    editorLanguage: values.editorLanguage,
  };
  const [head, tail] = splitAt(template, 'input');
  return {
    ...joined(fill(head, others), cleaned(values.input)),
    cut,
    turns: [],
    after: fill(tail, others).trimEnd(),
  };
}

/**
 * Parts are turned into tokens one by one, and whitespace belongs to what follows it: "Text: " and "one" would be
 * other tokens than "Text:" and " one".
 */
function joined(before: string, body: string): { readonly before: string; readonly body: string } {
  const kept = before.trimEnd();
  return { before: kept, body: before.slice(kept.length) + body };
}

/** Labels as the user writes them: one behind the other, with commas. */
export function parseLabels(text: string): readonly string[] {
  const labels = [...new Set(text.split(',').map((label) => label.trim()))].filter((label) => label !== '');
  if (labels.length >= 2) return labels;
  throw new UserError(
    'bad-argument',
    'There must be two labels or more. Write them with commas, like "bug, wish".',
  );
}

/** What the task is about, or what the user has to do first. */
export function checkInput(text: string, input: Input): string {
  if (text.trim() !== '') return text;
  const step = {
    selection: say`Nothing is selected. Select the text that the task is about, then run it again.`,
    file: say`The file is empty. Open one with some text in it, then run the task again.`,
    typed: say`Nothing was typed. Run the task again and type something.`,
  }[input];
  throw new UserError('bad-argument', step);
}

function cleaned(input: string): string {
  return input
    .replace(/\r\n?/g, '\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
}
