/** A prompt as ids that fit the window. */
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** What prompt and answer share, and how much of it the answer may take. */
export type Room = { readonly windowTokens: number; readonly answerTokens: number };

export type FittedPrompt = {
  readonly ids: readonly number[];
  /** Bytes that the answer must begin with: the text of a token that was taken back. */
  readonly healing: Uint8Array;
  readonly cutTokens: number;
};

const NOTHING = new Uint8Array();

type Healed = Pick<FittedPrompt, 'ids' | 'healing'>;

/** Takes the last token back. At least one must be left, since something has to be run. */
export function healed(ids: readonly number[], tokenizer: Tokenizer): Healed {
  const last = ids.at(-1);
  if (last === undefined || ids.length < 2) return unhealed(ids);
  return { ids: ids.slice(0, -1), healing: tokenizer.vocabulary.bytesOf(last) ?? NOTHING };
}

export function unhealed(ids: readonly number[]): Healed {
  return { ids, healing: NOTHING };
}
