/** What the model answered → what the task gives. Tables are read in `table.ts`. */
import { say, type Sentence } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { hasNoEnd, type Generated } from '../model/generation.ts';
import type { Task } from './task.ts';

/** How sure the model is of a label, as a share of all that were given. */
export type LabelShare = { readonly label: string; readonly share: number };

const BULLET = /^\s*(?:[-*•]|\d{1,3}[.)])\s+/;

export function readAnswer(text: string, form: Task['answer']): string {
  const trimmed = text.trim();
  switch (form) {
    case 'first-line':
      return trimmed.split('\n', 1)[0]?.trimEnd() ?? '';
    case 'list':
      return listItems(trimmed)
        .map((item) => `- ${item}`)
        .join('\n');
    default:
      return trimmed;
  }
}

export function listItems(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(BULLET, '').trim())
    .filter((line) => line !== '' && line !== '-');
}

/** Most likely first. The logarithms are taken relative to the greatest, or all would be 0. */
export function shares(
  labels: readonly string[],
  logProbabilities: readonly number[],
): readonly LabelShare[] {
  const greatest = logProbabilities.reduce((most, value) => Math.max(most, value), -Infinity);
  const weights = logProbabilities.map((value) => Math.exp(value - greatest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return labels
    .map((label, index) => ({ label, share: (weights[index] ?? 0) / sum }))
    .toSorted((a, b) => b.share - a.share);
}

/** What the user should know of an answer: what the model did not see, and that it came to no end. */
export function notesOn(
  { cutTokens, stopReason, ids }: Pick<Generated, 'cutTokens' | 'stopReason' | 'ids'>,
  { cut }: Pick<Task, 'cut'>,
): readonly Sentence[] {
  return [
    ...cutNotes(cutTokens, cut),
    ...(hasNoEnd(stopReason)
      ? [say`The answer came to no end and was cut off after ${ids.length} tokens.`]
      : []),
  ];
}

export function cutNotes(cutTokens: number, cut: Task['cut']): readonly Sentence[] {
  if (cutTokens === 0) return [];
  return cut === 'start'
    ? [say`The text was longer than the model reads: its first ${cutTokens} tokens were left out.`]
    : [say`The text was longer than the model reads: its last ${cutTokens} tokens were left out.`];
}

export function checkAnswer(text: string): string {
  if (text !== '') return text;
  throw new UserError('internal', 'The model had no answer. Try it with another text, or another model.');
}
