/**
 * Speculative decoding without a second model: what the text itself lets expect is verified in one call with several
 * tokens, which costs little more than a call with one. What the model does not confirm is thrown away, so the answer
 * is the one that it gives token by token.
 */
import type { DraftCounts, GenerateRequest } from '../model/generation.ts';
import type { DraftStep } from '../model/draftTrace.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { MAX_CALL_TOKENS } from './callCosts.ts';
import type { ChunkPlanner } from './chunkPlanner.ts';
import { DraftLookup, type Draft } from './draftLookup.ts';
import { DraftPolicy, type DraftKnowledge } from './draftPolicy.ts';

/** Of the texts that a request brings; encoding and searching them must cost next to nothing. */
const MAX_OTHER_CHARACTERS = 8_000;

/** Drafts for one generation. */
export class Drafter {
  readonly #lookup: DraftLookup;
  readonly #policy: DraftPolicy;
  #draft: Draft | undefined;
  #nChosen = 0;
  #counts: DraftCounts = { calls: 0, proposed: 0, accepted: 0 };

  constructor(lookup: DraftLookup, knowledge: DraftKnowledge) {
    this.#lookup = lookup;
    this.#policy = new DraftPolicy(knowledge);
  }

  get counts(): DraftCounts {
    return this.#counts;
  }

  /** What to verify behind the last token, at most `maxTokens`; nothing where that would not pay. */
  propose(maxTokens: number): readonly number[] {
    this.#draft = this.#lookup.find(maxTokens);
    this.#nChosen = this.#draft === undefined ? 0 : this.#policy.choose(this.#draft, this.#draft.ids.length);
    return this.#draft?.ids.slice(0, this.#nChosen) ?? [];
  }

  /**
   * Hears what came instead of, or as, the last proposal.
   * @param accepted how many of its tokens needed no call of their own
   */
  learn(ids: readonly number[], accepted: number): void {
    this.#lookup.push(...ids);
    const draft = this.#draft;
    if (draft === undefined) return;
    // Without a call of several tokens there is still one whose fate is known: what is not tried is learned of as well.
    const known = Math.min(Math.max(1, this.#nChosen), ids.length);
    const right = agreement(draft.ids.slice(0, known), ids);
    this.#policy.learn(draft, { known, right });
    if (this.#nChosen === 0) return;
    const { calls, proposed, ...before } = this.#counts;
    this.#counts = {
      calls: calls + 1,
      proposed: proposed + this.#nChosen,
      accepted: before.accepted + accepted,
    };
  }
}

/** Where so many tokens are still wanted: one comes anyway, and the call must stay as short as any other. */
export function mostDrafted(wantedTokens: number, planner: ChunkPlanner): number {
  return Math.max(0, Math.min(wantedTokens, planner.next(), MAX_CALL_TOKENS) - 1);
}

/** Where a request may be drafted for: only what is certain can be foreseen. */
export function lookupFor(
  { sampling, drafting, copyFrom = [] }: GenerateRequest,
  promptIds: readonly number[],
  tokenizer: Tokenizer,
): DraftLookup | undefined {
  if (sampling.kind !== 'greedy' || drafting === false) return undefined;
  let left = MAX_OTHER_CHARACTERS;
  const others: number[][] = [];
  for (const text of copyFrom) {
    if (left <= 0) break;
    others.push(tokenizer.encode(text.slice(0, left)));
    left -= text.length;
  }
  return new DraftLookup(promptIds, others);
}

/**
 * What could have been drafted at each token of an answer but the first, which comes from the prompt.
 * @param lookup as it was before the answer
 */
export function traceOf(lookup: DraftLookup, ids: readonly number[]): DraftStep[] {
  return ids.slice(1).map((_, index): DraftStep => {
    lookup.push(...ids.slice(index, index + 1));
    const draft = lookup.find(MAX_CALL_TOKENS - 1);
    if (draft === undefined) return [0, 0, 0];
    return [draft.matchTokens, draft.isDisputed ? 1 : 0, agreement(draft.ids, ids.slice(index + 1))];
  });
}

function agreement(draft: readonly number[], ids: readonly number[]): number {
  const end = draft.findIndex((id, index) => id !== ids[index]);
  return end < 0 ? draft.length : end;
}
