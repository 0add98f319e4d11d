/** Turns a prompt into ids that fit the model's window, with room for the answer. */
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import type { Prompt } from '../model/generation.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/**
 * A file's beginning is cut in steps of this share of the window, so that most keystrokes keep the cache. As much is
 * left for the answer, however short it may be: a line and a block would otherwise be cut in different places, and
 * every change between them would cost the cache.
 */
const STEPS_PER_WINDOW = 8;

/** What prompt and answer share, and how much of it the answer may take. */
export type Room = { readonly windowTokens: number; readonly answerTokens: number };

export type FittedPrompt = {
  readonly ids: readonly number[];
  /** Bytes that the answer must begin with: the text of a token that was taken back. */
  readonly healing: Uint8Array;
  readonly cutTokens: number;
};

const NOTHING = new Uint8Array();

export function fitPrompt(prompt: Prompt, tokenizer: Tokenizer, room: Room): FittedPrompt {
  const budgetTokens = room.windowTokens - room.answerTokens;
  if (prompt.kind === 'ids') {
    if (prompt.ids.length > budgetTokens) throw tooLong(prompt.ids.length, budgetTokens);
    return { ids: prompt.ids, healing: NOTHING, cutTokens: 0 };
  }
  const after = tokenizer.encode(prompt.after);
  const body = tokenizer.encode(prompt.body);
  const excess = after.length + body.length - budgetTokens;
  if (excess > 0 && (prompt.cut === 'never' || after.length >= budgetTokens))
    throw tooLong(after.length + body.length, budgetTokens);
  const kept =
    prompt.cut === 'start'
      ? cutStart(body, { ...room, windowTokens: room.windowTokens - after.length })
      : body.slice(0, budgetTokens - after.length);
  return { ...heal([...kept, ...after], tokenizer, prompt.heal), cutTokens: body.length - kept.length };
}

function cutStart(ids: readonly number[], { windowTokens, answerTokens }: Room): readonly number[] {
  const step = Math.max(1, Math.floor(windowTokens / STEPS_PER_WINDOW));
  const excess = ids.length - (windowTokens - Math.max(answerTokens, step));
  return excess <= 0 ? ids : ids.slice(Math.min(ids.length - 1, Math.ceil(excess / step) * step));
}

/** Takes the last token back. At least one must be left, since something has to be run. */
function heal(
  ids: readonly number[],
  tokenizer: Tokenizer,
  isWanted: boolean,
): { ids: readonly number[]; healing: Uint8Array } {
  const last = ids.at(-1);
  if (!isWanted || last === undefined || ids.length < 2) return { ids, healing: NOTHING };
  return { ids: ids.slice(0, -1), healing: tokenizer.vocabulary.bytesOf(last) ?? NOTHING };
}

function tooLong(nTokens: number, budgetTokens: number): UserError {
  return new UserError(
    'too-long',
    say`This needs ${nTokens} tokens, but the model has room for ${Math.max(0, budgetTokens)}. Take less text, or a model with a longer window.`,
  );
}
