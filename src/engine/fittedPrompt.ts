/** A prompt as ids that fit the window. */
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** What prompt and answer share, and how much of it the answer may take. */
export type Room = { readonly windowTokens: number; readonly answerTokens: number };

export type FittedPrompt = {
  readonly ids: readonly number[];
  /** Bytes that the answer must begin with: the text of a token that was taken back. */
  readonly healing: Uint8Array;
  readonly cutTokens: number;
  /** Turns of a conversation that did not fit. */
  readonly droppedTurns?: number;
};

const NOTHING = new Uint8Array();

type Healed = Pick<FittedPrompt, 'ids' | 'healing'>;

/** A word has seldom more tokens than this; a longer one is data. */
const MAX_HEALED = 8;

/**
 * Takes the last token back, and with it all tokens of the word that the cursor is in: half a word has other tokens
 * than the whole one begins with. At least one token must be left, since something has to be run.
 */
export function healed(ids: readonly number[], { vocabulary }: Tokenizer): Healed {
  const bytesAt = (index: number) => vocabulary.bytesOf(ids[index] ?? -1) ?? NOTHING;
  let first = ids.length - 1;
  const least = Math.max(1, ids.length - MAX_HEALED);
  while (first > least && bytesAt(first).every(isWordByte) && isWordByte(bytesAt(first - 1).at(-1))) first--;
  if (first < 1) return unhealed(ids);
  const taken = ids.slice(first).flatMap((_, index) => [...bytesAt(first + index)]);
  return { ids: ids.slice(0, first), healing: Uint8Array.from(taken) };
}

/** Letters, digits and underscores of ASCII, and every byte of other characters. */
function isWordByte(byte = 0): boolean {
  return byte >= 0x80 || /\w/.test(String.fromCharCode(byte));
}

export function unhealed(ids: readonly number[]): Healed {
  return { ids, healing: NOTHING };
}

export function tooLong(nTokens: number, budgetTokens: number): UserError {
  return new UserError(
    'too-long',
    say`This needs ${nTokens} tokens, but the model has room for ${Math.max(0, budgetTokens)}. Take less text, or a model with a longer window.`,
  );
}
