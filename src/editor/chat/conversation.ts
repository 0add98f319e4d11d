/** One conversation with the model: what has been said, and the answer that is being written. In memory only. */
import { say } from '../../base/sentence.ts';
import { isCancelled, UserError } from '../../base/userError.ts';
import type { Generated, GeneratedSoFar, GenerateRequest, ModelSummary } from '../../model/generation.ts';
import { asMadeFor } from '../../tasks/ability.ts';
import { chatRequest, type Turn } from '../../tasks/chat.ts';
import type { Task } from '../../tasks/task.ts';

/** Characters; longer than any window. */
const MAX_QUESTION = 20_000;

export type Spoken = Turn & {
  /** Turns before this one that the model did not see. */
  readonly droppedTurns: number;
  readonly end: 'complete' | 'stopped' | 'too-long' | 'failed';
  /** Why, where it failed. */
  readonly error?: unknown;
};

export type ConversationOptions = {
  /** The task that holds the opening and the form of a turn. */
  readonly task: () => Promise<Task>;
  readonly ready: () => Promise<ModelSummary>;
  readonly generate: (
    request: GenerateRequest,
    options: { signal: AbortSignal; onProgress: (soFar: GeneratedSoFar) => void },
  ) => Promise<Generated>;
  readonly seed: () => number;
  /** Something is there to be shown. */
  readonly onChange: () => void;
};

type Growing = { readonly question: string; readonly abort: AbortController; text: string };

export class Conversation {
  readonly #options: ConversationOptions;
  #spoken: readonly Spoken[] = [];
  #growing: Growing | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  get spoken(): readonly Spoken[] {
    return this.#spoken;
  }

  /** The question that is being answered, and the answer as far as it has come. */
  get growing(): Turn | undefined {
    return this.#growing && { question: this.#growing.question, answer: this.#growing.text };
  }

  /** Never fails: what goes wrong becomes part of the conversation. One question at a time. */
  async ask(question: string): Promise<void> {
    if (question.trim() === '' || this.#growing !== undefined) return;
    const growing: Growing = { question: question.trim(), abort: new AbortController(), text: '' };
    this.#growing = growing;
    this.#options.onChange();
    const spoken = await this.#answer(growing);
    // Cleared meanwhile.
    if (this.#growing !== growing) return;
    this.#growing = undefined;
    this.#spoken = [...this.#spoken, spoken];
    this.#options.onChange();
  }

  /** Ends the answer; what has been written of it stays. */
  stop(): void {
    this.#growing?.abort.abort();
  }

  clear(): void {
    this.stop();
    this.#growing = undefined;
    this.#spoken = [];
    this.#options.onChange();
  }

  async #answer(growing: Growing): Promise<Spoken> {
    const { question, abort } = growing;
    const { task, ready, generate, seed, onChange } = this.#options;
    try {
      if (question.length > MAX_QUESTION)
        throw new UserError('too-long', say`A question has at most ${MAX_QUESTION} characters. Shorten it.`);
      const model = await ready();
      const request = chatRequest(asMadeFor(model, await task()), this.#remembered(), {
        question,
        seed: seed(),
      });
      const {
        text,
        stopReason,
        droppedTurns = 0,
      } = await generate(request, {
        signal: abort.signal,
        onProgress: (soFar) => {
          growing.text = soFar.text.trim();
          if (this.#growing === growing) onChange();
        },
      });
      const isWhole = stopReason === 'rule' || stopReason === 'end-of-text';
      return { question, answer: text.trim(), droppedTurns, end: isWhole ? 'complete' : 'too-long' };
    } catch (error) {
      const partly = { question, answer: growing.text, droppedTurns: 0 };
      if (isCancelled(error)) return { ...partly, end: 'stopped' };
      const known = error instanceof UserError ? error : new UserError('internal', String(error));
      return { ...partly, end: 'failed', error: known };
    }
  }

  /** What has no answer says nothing to the model. */
  #remembered(): readonly Turn[] {
    return this.#spoken.filter(({ answer }) => answer !== '');
  }
}
