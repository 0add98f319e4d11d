/** A task's file, made to measure. */
import { readTaskFile } from '../../src/tasks/taskFile.ts';
import type { Task } from '../../src/tasks/task.ts';
import { spell } from '../../src/base/sentence.ts';

const FIELDS = 'id: a-task\ntitle: A Task\ninput: selection\noutput: view\n';

/** @param fields further lines of the front matter */
export function taskText(fields = '', prompt = 'Text: {{input}}\nSo:'): string {
  return `---\n${FIELDS}${fields}---\n${prompt}\n`;
}

export function taskOf(fields = '', prompt?: string): Task {
  const { task, problems } = readTaskFile(taskText(fields, prompt));
  if (task === undefined) throw new Error(problems.map(({ sentence }) => spell(sentence)).join(' '));
  return task;
}

/** What is wrong, each with the text that it is said of. */
export function problemsIn(text: string): string[] {
  return readTaskFile(text).problems.map(
    ({ sentence, start, end }) => `${spell(sentence)} @${text.slice(start, end)}`,
  );
}
