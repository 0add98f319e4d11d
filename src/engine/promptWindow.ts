/** Turns a prompt into ids that fit the model's window, with room for the answer. */
import { UserError } from '../base/userError.ts';
import type { Prompt } from '../model/generation.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** A file's beginning is cut in steps of this share of the window, so that most keystrokes keep the cache. */
const STEPS_PER_WINDOW = 8;

export type FittedPrompt = {
  readonly ids: readonly number[];
  /** Bytes that the answer must begin with: the text of a token that was taken back. */
  readonly healing: Uint8Array;
  readonly cutTokens: number;
};

const NOTHING = new Uint8Array();

/** @param budgetTokens what the prompt may take of the window */
export function fitPrompt(prompt: Prompt, tokenizer: Tokenizer, budgetTokens: number): FittedPrompt {
  if (prompt.kind === 'ids') {
    if (prompt.ids.length > budgetTokens) throw tooLong(prompt.ids.length, budgetTokens);
    return { ids: prompt.ids, healing: NOTHING, cutTokens: 0 };
  }
  const after = tokenizer.encode(prompt.after);
  const body = tokenizer.encode(prompt.body);
  const kept = cut(body, prompt.cut, budgetTokens - after.length);
  return { ...heal([...kept, ...after], tokenizer, prompt.heal), cutTokens: body.length - kept.length };
}

function cut(
  ids: readonly number[],
  side: 'start' | 'end' | 'never',
  budgetTokens: number,
): readonly number[] {
  const excess = ids.length - budgetTokens;
  if (excess <= 0) return ids;
  if (side === 'never' || budgetTokens <= 0) throw tooLong(ids.length, budgetTokens);
  if (side === 'end') return ids.slice(0, budgetTokens);
  const step = Math.max(1, Math.floor(budgetTokens / STEPS_PER_WINDOW));
  return ids.slice(Math.min(ids.length - 1, Math.ceil(excess / step) * step));
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
    `This needs ${nTokens} tokens, but the model has room for ${Math.max(0, budgetTokens)}. Take less text, or a model with a longer window.`,
  );
}
