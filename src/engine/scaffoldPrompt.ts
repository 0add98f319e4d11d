/**
 * A task's prompt as ids that fit: the scaffold always stays whole. Turns of a conversation go first, whole and from
 * the oldest on; then the body is cut at its end or its beginning, token by token.
 */
import type { ScaffoldPrompt } from '../model/generation.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { tooLong, unhealed, type FittedPrompt, type Room } from './fittedPrompt.ts';

/**
 * Turns go in steps of this share of the window. One by one, each question of a long conversation would have another
 * beginning than the one before it, and nothing in the cache would be of use.
 */
const STEPS_PER_WINDOW = 8;

export function fitScaffold(prompt: ScaffoldPrompt, tokenizer: Tokenizer, room: Room): FittedPrompt {
  const [before, body, after] = [prompt.before, prompt.body, prompt.after].map((text) =>
    tokenizer.encode(text),
  ) as [number[], number[], number[]];
  const turns = prompt.turns.map((turn) => tokenizer.encode(turn));
  const scaffoldTokens = before.length + after.length;
  const budgetTokens = room.windowTokens - room.answerTokens - scaffoldTokens;

  const nDropped = countDropped(turns, {
    excessTokens: sizeOf(turns) + body.length - budgetTokens,
    stepTokens: Math.max(1, Math.floor(room.windowTokens / STEPS_PER_WINDOW)),
  });
  const cutTokens = Math.max(0, body.length - budgetTokens);
  if (cutTokens > 0 && (prompt.cut === 'never' || budgetTokens <= 0)) {
    throw tooLong(scaffoldTokens + body.length, room.windowTokens - room.answerTokens);
  }
  const kept = prompt.cut === 'start' ? body.slice(cutTokens) : body.slice(0, body.length - cutTokens);
  return {
    ...unhealed([...before, ...turns.slice(nDropped).flat(), ...kept, ...after]),
    cutTokens,
    ...(nDropped > 0 && { droppedTurns: nDropped }),
  };
}

/** As many as must go, and more up to a whole step, but the newest only if it must. */
function countDropped(
  turns: readonly (readonly number[])[],
  { excessTokens, stepTokens }: { excessTokens: number; stepTokens: number },
): number {
  if (excessTokens <= 0) return 0;
  const wantedTokens = Math.ceil(excessTokens / stepTokens) * stepTokens;
  let droppedTokens = 0;
  let nDropped = 0;
  for (const turn of turns) {
    const isNewest = nDropped === turns.length - 1;
    if (droppedTokens >= (isNewest ? excessTokens : wantedTokens)) break;
    droppedTokens += turn.length;
    nDropped++;
  }
  return nDropped;
}

function sizeOf(turns: readonly (readonly number[])[]): number {
  return turns.reduce((sum, { length }) => sum + length, 0);
}
