/**
 * Other answers to the same prompt, by turning off where the model hesitated: of all places in the answers so far, the
 * one where the second choice makes the likeliest text is taken, and the model goes on from there. Each answer shares
 * the prompt's cache, and that of the tokens before its turn.
 */
import type { Alternative } from '../model/generation.ts';
import { END_OF_TEXT } from '../tokenizer/vocabulary.ts';
import type { Answer } from './answer.ts';
import type { Choice } from './mixture.ts';

/** The same word in other tokens is no other answer, so a few more are tried than are wanted. */
const TRIES_PER_ANSWER = 3;

/** A turn: the choices up to it, the last of which is another than the model's. */
type Turn = { readonly choices: readonly Choice[]; readonly logProbability: number };

/**
 * Up to `wanted` answers whose texts differ from the first one's and from each other's, the likeliest turn first.
 * @param answerFrom the answer that begins with these choices
 */
export async function alternativesTo(
  first: Answer,
  wanted: number,
  answerFrom: (choices: readonly Choice[]) => Promise<Answer>,
): Promise<Alternative[]> {
  const texts = new Set([first.text.trim()]);
  const found: Alternative[] = [];
  const turns = turnsOf(first, 0);
  for (let tried = 0; found.length < wanted && tried < wanted * TRIES_PER_ANSWER; tried++) {
    const turn = turns.sort((a, b) => a.logProbability - b.logProbability).pop();
    if (turn === undefined) break;
    const answer = await answerFrom(turn.choices);
    // Its own turns lie behind the one it took: those before it are in the list already.
    turns.push(...turnsOf(answer, turn.choices.length));
    const text = answer.text.trim();
    if (text === '' || texts.has(text)) continue;
    texts.add(text);
    found.push({ ...answer.soFar(), ids: answer.ids });
  }
  return found;
}

/** Where an answer could have gone another way, from its token number `from` on. */
function turnsOf({ choices }: Answer, from: number): Turn[] {
  const turns: Turn[] = [];
  let logProbability = 0;
  for (const [index, choice] of choices.entries()) {
    const { runnerUp } = choice;
    if (index >= from && runnerUp !== undefined && runnerUp.id >= 0 && runnerUp.id !== END_OF_TEXT) {
      turns.push({
        choices: [...choices.slice(0, index), runnerUp],
        logProbability: logProbability + runnerUp.logProbability,
      });
    }
    logProbability += choice.logProbability;
  }
  return turns;
}
