/** Which model was made for which task. */
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import type { Prompts } from '../model/prompts.ts';
import { placesOf, type Task } from './task.ts';
import { parseTemplate } from './template.ts';

/** 'unknown': its manifest does not speak of tasks, like that of any model which was imported as it is. */
export type Ability = 'made-for-it' | 'not-made-for-it' | 'unknown';

/** What a model was published as that can do what GPT-J's introduction promises. */
export const CAPABLE_MODEL = 'GPT-J-6B';

export function abilityOf({ tasks }: Prompts, taskId: string): Ability {
  if (tasks === undefined) return 'unknown';
  return Object.hasOwn(tasks, taskId) ? 'made-for-it' : 'not-made-for-it';
}

export type Candidate = {
  readonly name: string;
  readonly folder: string;
  readonly prompts: Prompts;
  readonly weightsBytes: number;
};

/** The model to propose for a task: one made for it before one that does not say, a larger one before a smaller. */
export function proposal(taskId: string, installed: readonly Candidate[]): Candidate | undefined {
  const rank = ({ prompts }: Candidate) => (abilityOf(prompts, taskId) === 'made-for-it' ? 0 : 1);
  return installed
    .filter(({ prompts }) => abilityOf(prompts, taskId) !== 'not-made-for-it')
    .toSorted((a, b) => rank(a) - rank(b) || b.weightsBytes - a.weightsBytes)[0];
}

/** The task in the wording that the model was made for, where its manifest has one. */
export function asMadeFor(
  { name, prompts: { tasks } }: { readonly name: string; readonly prompts: Prompts },
  task: Task,
): Task {
  const own = tasks !== undefined && Object.hasOwn(tasks, task.id) ? tasks[task.id]?.template : undefined;
  if (own === undefined) return task;
  const { template, problems } = parseTemplate(own, placesOf(task));
  const [problem] = problems;
  if (problem === undefined) return { ...task, template };
  throw new UserError(
    'bad-model',
    say`The prompt that ${name} brings for "${task.title}" is of no use. ${problem.sentence}`,
  );
}
