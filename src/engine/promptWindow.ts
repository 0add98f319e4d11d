/** Turns a prompt into ids that fit the model's window, with room for the answer. */
import type { Prompt } from '../model/generation.ts';
import { fitFile } from './filePrompt.ts';
import { healed, tooLong, unhealed, type FittedPrompt, type Room } from './fittedPrompt.ts';
import { fitScaffold } from './scaffoldPrompt.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/**
 * A file's beginning is cut in steps of this share of the window, so that most keystrokes keep the cache. As much is
 * left for the answer, however short it may be: a line and a block would otherwise be cut in different places, and
 * every change between them would cost the cache.
 */
const STEPS_PER_WINDOW = 8;

export function fitPrompt(prompt: Prompt, tokenizer: Tokenizer, room: Room): FittedPrompt {
  const budgetTokens = room.windowTokens - room.answerTokens;
  if (prompt.kind === 'ids') {
    if (prompt.ids.length > budgetTokens) throw tooLong(prompt.ids.length, budgetTokens);
    return { ...unhealed(prompt.ids), cutTokens: 0 };
  }
  if (prompt.kind === 'file') return fitFile(prompt, tokenizer, room);
  if (prompt.kind === 'scaffold') return fitScaffold(prompt, tokenizer, room);
  const after = tokenizer.encode(prompt.after);
  const body = tokenizer.encode(prompt.body);
  const excess = after.length + body.length - budgetTokens;
  if (excess > 0 && (prompt.cut === 'never' || after.length >= budgetTokens))
    throw tooLong(after.length + body.length, budgetTokens);
  const kept =
    prompt.cut === 'start'
      ? cutStart(body, { ...room, windowTokens: room.windowTokens - after.length })
      : body.slice(0, budgetTokens - after.length);
  const ids = [...kept, ...after];
  const cutTokens = body.length - kept.length;
  return { ...(prompt.heal ? healed(ids, tokenizer) : unhealed(ids)), cutTokens };
}

function cutStart(ids: readonly number[], { windowTokens, answerTokens }: Room): readonly number[] {
  const step = Math.max(1, Math.floor(windowTokens / STEPS_PER_WINDOW));
  const excess = ids.length - (windowTokens - Math.max(answerTokens, step));
  return excess <= 0 ? ids : ids.slice(Math.min(ids.length - 1, Math.ceil(excess / step) * step));
}
