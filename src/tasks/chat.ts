/**
 * A conversation as a prompt. The template of the task ends with the form of a turn, behind {{history}}: what was said
 * before stands there in the same form, each turn with its answer.
 */
import type { GenerateRequest } from '../model/generation.ts';
import type { Task } from './task.ts';
import { samplingOf } from './taskRequest.ts';
import { fill, splitAt } from './template.ts';

export type Turn = { readonly question: string; readonly answer: string };

/** @param turns oldest first */
export function chatRequest(
  { template, maxTokens, sampling, stop }: Task,
  turns: readonly Turn[],
  { question, seed }: { readonly question: string; readonly seed: number },
): GenerateRequest {
  const [opening, form] = splitAt(template, 'history');
  const whole = fill(opening, {});
  const before = whole.trimEnd();
  // Turns are as far from one another as the first is from what stands before it.
  const distance = whole.slice(before.length);
  const [head, tail] = splitAt(form, 'input');
  return {
    prompt: {
      kind: 'scaffold',
      before,
      turns: turns.map(
        (turn) => `${distance}${fill(form, { input: turn.question.trim() })} ${turn.answer.trim()}`,
      ),
      body: `${distance}${fill(head, {})}${question.trim()}`,
      cut: 'never',
      after: fill(tail, {}),
    },
    maxTokens,
    sampling: samplingOf(sampling, seed),
    stop,
    endsLoops: true,
    priority: 'task',
  };
}

/** What somebody wants who takes code out of an answer: the first block between fences, or else all of it. */
export function codeOf(answer: string): string {
  const block = /^```[^\n]*\n([^]*?)^```[ \t]*$/m.exec(answer);
  return block?.[1] ?? answer;
}
