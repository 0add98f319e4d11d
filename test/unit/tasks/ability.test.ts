import { describe, expect, it } from 'vitest';
import { abilityOf, asMadeFor, proposal, type Candidate } from '../../../src/tasks/ability.ts';
import { taskOf } from '../../support/taskFiles.ts';

const model = (name: string, weightsBytes: number, tasks?: Candidate['prompts']['tasks']): Candidate => ({
  ...{ name, folder: `/models/${name}`, weightsBytes, prompts: tasks === undefined ? {} : { tasks } },
});

it.each([
  ['names it', { summary: {} }, 'made-for-it'],
  ['names others', { chat: {} }, 'not-made-for-it'],
  ['names none', {}, 'not-made-for-it'],
  ['does not speak of tasks', undefined, 'unknown'],
] as const)('a model that %s', (_, tasks, expected) => {
  expect(abilityOf(tasks === undefined ? {} : { tasks }, 'summary')).toBe(expected);
  expect(abilityOf({ tasks: {} }, 'toString')).toBe('not-made-for-it');
});

describe('the model to propose', () => {
  const cases: readonly [string, readonly Candidate[], string | undefined][] = [
    ['none is installed', [], undefined],
    ['none can do it', [model('starter', 1, {})], undefined],
    ['one was made for it', [model('big', 9), model('made', 1, { summary: {} })], 'made'],
    ['two do not say', [model('small', 1), model('big', 9)], 'big'],
  ];
  it.each(cases)('where %s', (_, installed, expected) =>
    expect(proposal('summary', installed)?.name).toBe(expected),
  );
});

describe('the wording of a task', () => {
  const task = taskOf();
  const made = (template: string) => ({ name: 'Big', prompts: { tasks: { 'a-task': { template } } } });

  it('is that of the model, where it brings one', () => {
    expect(asMadeFor(made('Say: {{input}}'), task).template[0]).toEqual({ kind: 'text', text: 'Say: ' });
    expect(asMadeFor({ name: 'Big', prompts: { tasks: { 'a-task': {} } } }, task)).toBe(task);
    expect(asMadeFor({ name: 'Big', prompts: {} }, task)).toBe(task);
  });

  it('is refused where the user would not be heard', () => {
    expect(() => asMadeFor(made('Say it.'), task)).toThrow(
      /Big brings for "A Task" is of no use\. .*\{\{input\}\}/,
    );
  });
});
