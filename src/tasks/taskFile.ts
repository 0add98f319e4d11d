/**
 * Reads a task's file: YAML between two lines of `---`, then the prompt. Somebody else may have written it, so nothing
 * is believed. It answers with the task or with what is wrong, and never throws: it is a bundle of its own, whose
 * errors would be strangers to everybody else.
 */
import { isMap, isScalar } from 'yaml';
import { say, type Sentence } from '../base/sentence.ts';
import type { StopRule } from '../model/generation.ts';
import { entriesOf, FrontMatter, type Range } from './frontMatter.ts';
import {
  ANSWERS,
  CUTS,
  INPUTS,
  isTableForm,
  OUTPUTS,
  placesOf,
  TABLE_FORMS,
  type Question,
  type Task,
  type TaskSampling,
} from './task.ts';
import { TASK_FIELDS } from './taskFields.ts';
import { splitFile } from './taskParts.ts';
import { parseTemplate, type Problem } from './template.ts';

/** A prompt must fit the window of a model, which holds some thousand tokens. */
export const MAX_FILE_BYTES = 64 * 1024;
const MAX_FRONT_MATTER = 8 * 1024;

const MAX_LABELS = 50;
const MAX_QUESTIONS = 5;
const MAX_STOPS = 10;
const MOST_TOKENS = 1024;
const DEFAULT_TOKENS = 200;

const ID = /^[a-z][a-z0-9-]{0,39}$/;
const NAME = /^[a-z][A-Za-z0-9]{0,29}$/;

export type TaskFile = {
  /** Where there is no problem. */
  readonly task?: Task;
  readonly problems: readonly Problem[];
  /** Where its id stands. */
  readonly idAt: Range;
};

export function readTaskBytes(bytes: Uint8Array): TaskFile {
  if (bytes.length > MAX_FILE_BYTES) {
    return refused(
      say`The file has ${bytes.length} bytes; a task has at most ${MAX_FILE_BYTES}. Shorten its examples.`,
    );
  }
  const text = decoded(bytes);
  return text === undefined
    ? refused(say`The file is no text in UTF-8. Save it with that encoding.`)
    : readTaskFile(text);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function readTaskFile(text: string): TaskFile {
  if (text.length > MAX_FILE_BYTES) {
    return refused(
      say`The file has ${text.length} characters; a task has at most ${MAX_FILE_BYTES}. Shorten its examples.`,
    );
  }
  if (text.includes('\0')) return refused(say`The file is binary. Write a task as text.`);
  const parts = splitFile(text);
  if (parts === undefined) {
    return refused(
      say`A task begins with a line "---", fields like "id: my-task", and another line "---". Add them.`,
    );
  }
  if (parts.yaml.length > MAX_FRONT_MATTER) {
    return refused(
      say`The fields have ${parts.yaml.length} characters; at most ${MAX_FRONT_MATTER} are read. Shorten them.`,
    );
  }
  const fields = new FrontMatter(parts.yaml, parts.yamlStart);
  // What cannot be read as a whole has no fields that could be missing.
  if (fields.problems.length > 0) return { problems: fields.problems, idAt: fields.placeOf('id') };
  fields.onlyKnown(Object.keys(TASK_FIELDS));
  const described = readFields(fields);
  const { template, problems } = parseTemplate(parts.prompt, placesOf(described));
  const moved = problems.map(({ sentence, start, end }) => ({
    ...{ sentence, start: start + parts.promptStart },
    end: Math.max(end + parts.promptStart, start + parts.promptStart + 1),
  }));
  const all = [...fields.problems, ...moved];
  return {
    ...(all.length === 0 && { task: { ...described, template } }),
    problems: all,
    idAt: fields.placeOf('id'),
  };
}

/** With a value for whatever is wrong, so that all problems are found at once. */
function readFields(fields: FrontMatter): Omit<Task, 'template'> {
  const id = fields.text('id', { max: 40, wanted: say`a name like my-task` });
  if (id !== '' && !ID.test(id))
    fields.fail('id', say`"id" must be small letters, digits and hyphens, like my-task.`);
  const line = (max: number) => ({ max, wanted: say`a line of at most ${max} characters` });
  const answer = fields.oneOf('answer', ANSWERS, 'text');
  return {
    id,
    title: fields.text('title', line(80)),
    description: fields.text('description', { ...line(200), fallback: '' }),
    input: fields.oneOf('input', INPUTS),
    languages: fields.has('languages')
      ? fields.texts('languages', { max: 60, maxCount: 50, wanted: say`a list of language identifiers` })
      : [],
    ask: fields.has('ask') ? readQuestions(fields) : [],
    labels: readLabels(fields, answer),
    stop: fields.has('stop') ? readStops(fields) : [],
    maxTokens: fields.count('maxTokens', { min: 1, max: MOST_TOKENS, fallback: DEFAULT_TOKENS }),
    sampling: fields.has('sampling') ? readSampling(fields) : { temperature: 0 },
    cut: fields.oneOf('cut', CUTS, 'end'),
    answer,
    ...readTableForm(fields, answer),
    output: fields.oneOf('output', OUTPUTS),
  };
}

function readTableForm(fields: FrontMatter, answer: Task['answer']): Pick<Task, 'as'> {
  if (!fields.has('as')) return {};
  if (!isTableForm(answer))
    fields.fail('as', say`"as" goes with a table only. Remove it, or write "answer: csv".`);
  return { as: fields.oneOf('as', [...TABLE_FORMS, 'ask']) };
}

function readLabels(fields: FrontMatter, answer: Task['answer']): Task['labels'] {
  const wanted = say`"ask", or a list of 2 to ${MAX_LABELS} different texts of at most 60 characters`;
  if (answer !== 'label') {
    if (fields.has('labels'))
      fields.fail('labels', say`"labels" goes with "answer: label" only. Remove it, or add that.`);
    return [];
  }
  if (fields.isWord('labels', 'ask')) return 'ask';
  const labels = fields.texts('labels', { max: 60, maxCount: MAX_LABELS, wanted });
  if (
    fields.has('labels') &&
    labels.length > 0 &&
    (labels.length < 2 || new Set(labels).size < labels.length)
  )
    fields.fail('labels', say`"labels" must be ${wanted}.`);
  return labels;
}

function readQuestions(fields: FrontMatter): Question[] {
  const wanted = say`up to ${MAX_QUESTIONS} names with a question each, like "question: What do you want to know?"`;
  const entries = fields.map('ask', wanted);
  const taken = ['input', 'editorLanguage', 'history', 'labels'];
  const questions = entries.flatMap(([name, text]) =>
    NAME.test(name) && !taken.includes(name) && typeof text === 'string' && text.length <= 200
      ? [{ name, text }]
      : [],
  );
  if (questions.length < entries.length || questions.length > MAX_QUESTIONS)
    fields.fail('ask', say`"ask" must be ${wanted}; the names ${taken.join(', ')} are taken.`);
  return questions;
}

function readStops(fields: FrontMatter): StopRule[] {
  const wanted = say`a list of up to ${MAX_STOPS} texts, { behind: text } or { lines: 3 }`;
  const items = fields.items('stop', MAX_STOPS, wanted);
  const rules = items.map(stopRule).filter((rule) => rule !== undefined);
  if (rules.length < items.length) fields.fail('stop', say`"stop" must be ${wanted}.`);
  return rules;
}

function stopRule(item: unknown): StopRule | undefined {
  if (isScalar(item)) {
    const { value } = item;
    return isStopText(value) ? { kind: 'before', text: value } : undefined;
  }
  const [entry, ...others] = isMap(item) ? entriesOf(item) : [];
  if (entry === undefined || others.length > 0) return undefined;
  const [key, value] = entry;
  if ((key === 'before' || key === 'behind') && isStopText(value)) return { kind: key, text: value };
  const isCount = Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1000;
  return key === 'lines' && isCount ? { kind: 'lines', count: Number(value) } : undefined;
}

function isStopText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 100;
}

/** Least and greatest value of each number, and whether it is a whole one. */
const SAMPLING = {
  temperature: [0, 2, false],
  topK: [1, 1000, true],
  topP: [0.01, 1, false],
} as const;

function readSampling(fields: FrontMatter): TaskSampling {
  const wanted = say`temperature (0 to 2), topK (1 to 1000), topP (0.01 to 1)`;
  const entries = fields.map('sampling', wanted);
  const isGood = ([key, value]: readonly [string, unknown]) => {
    const [min, max, whole] = Object.hasOwn(SAMPLING, key) ? SAMPLING[key as keyof typeof SAMPLING] : [1, 0];
    return typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value));
  };
  if (!entries.every(isGood)) {
    fields.fail('sampling', say`"sampling" must be ${wanted}.`);
    return { temperature: 0 };
  }
  const values = Object.fromEntries(entries) as Partial<TaskSampling>;
  return { temperature: 1, ...values };
}

function refused(sentence: Sentence): TaskFile {
  return { problems: [{ sentence, start: 0, end: 1 }], idAt: { start: 0, end: 1 } };
}
