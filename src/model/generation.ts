/** What can be asked of a model that is loaded, and what it answers. Plain data: it crosses threads. */
import type { Sentence } from '../base/sentence.ts';
import type { Schema } from './databaseSchema.ts';
import type { Device, DeviceReport } from './device.ts';
import type { DraftStep } from './draftTrace.ts';
import type { Prompts } from './prompts.ts';

/** A prompt as text, which may be cut to fit the window, or as ids, which are taken as they are. */
export type Prompt =
  | {
      readonly kind: 'text';
      /** What may be cut: a file before the cursor (from its start), code to explain (from its end). */
      readonly body: string;
      /** What stands behind the body and is never cut. */
      readonly after: string;
      readonly cut: 'start' | 'end' | 'never';
      /**
       * Token healing: the last token is taken back, and what is generated must begin with its text. A cursor is
       * often inside a token, and a model that is shown half a token goes on as if a word began there.
       */
      readonly heal: boolean;
    }
  /** A file up to the cursor, with what helps to go on in it. Healed. */
  | ({ readonly kind: 'file' } & FilePrompt)
  /** A task's scaffold with what it is about in it. */
  | ({ readonly kind: 'scaffold' } & ScaffoldPrompt)
  | { readonly kind: 'ids'; readonly ids: readonly number[] };

export type FilePrompt = {
  /** Where the body begins in its file, in UTF-16 units. */
  readonly start: number;
  /** The file from there up to the cursor. */
  readonly body: string;
  /** Lines of the file, from its first on, that say what stands in the parts that do not fit. */
  readonly outline: readonly OutlineLine[];
};

export type ScaffoldPrompt = {
  /** Instructions and examples. Never cut. */
  readonly before: string;
  /** Turns of a conversation. Whole ones are left out where not all fit, the oldest first. */
  readonly turns: readonly string[];
  /** What the task is about. It is cut where it does not fit, at this end, once no turn is left. */
  readonly body: string;
  readonly cut: 'start' | 'end' | 'never';
  /** Never cut. */
  readonly after: string;
};

export type OutlineLine = {
  readonly kind: 'import' | 'signature';
  /** Where it begins in its file. */
  readonly at: number;
  /** With its line end. */
  readonly text: string;
};

export type Sampling =
  | { readonly kind: 'greedy' }
  | {
      readonly kind: 'random';
      /** Above 0; 1 is the model's own distribution. */
      readonly temperature: number;
      readonly topK?: number;
      /** The smallest set of tokens whose probabilities reach this sum. */
      readonly topP?: number;
      readonly seed: number;
    };

export const GREEDY: Sampling = { kind: 'greedy' };

/** When to end a generation, and what of the text is kept. Each rule is looked at after every token. */
export type StopRule =
  /** Before this text. */
  | { readonly kind: 'before'; readonly text: string }
  /** Behind this text. */
  | { readonly kind: 'behind'; readonly text: string }
  /** Before a further line that does not begin so. The first line is exempt. */
  | { readonly kind: 'line-without'; readonly prefix: string }
  /** Before a further line with text that is indented by less than `columns` (a tab counts 1). */
  | { readonly kind: 'dedent'; readonly columns: number }
  /** Behind this many lines. */
  | { readonly kind: 'lines'; readonly count: number };

/** A completion goes before a task; a newer completion ends an older one. */
export type Priority = 'completion' | 'task';

export type GenerateRequest = {
  readonly prompt: Prompt;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly stop: readonly StopRule[];
  readonly priority: Priority;
  /** The end-of-text token is never chosen: for measuring a given number of tokens. */
  readonly ignoreEndOfText?: true;
  /** Ends once the same has been said over and over. */
  readonly endsLoops?: true;
  /** Ends before the token with which the probability of the whole answer falls below e^this. */
  readonly minLogProbability?: number;
  /**
   * Texts that are likely to be repeated, beside the prompt: the rest of the file, other files. Where there is a
   * list, even an empty one, what they and the prompt say comes next is mixed into the model's probabilities.
   */
  readonly copyFrom?: readonly string[];
  /** So many further answers, each different: what the likeliest other choices lead to. Greedy answers only. */
  readonly alternatives?: number;
  /** How often progress is told: after every token, or after every whole line. */
  readonly progress?: 'token' | 'line';
  /** false: strictly token by token. 'traced': the answer tells what could have been drafted at each of its tokens. */
  readonly drafting?: false | 'traced';
  /** What may be written at all. A constrained answer ends as soon as nothing more may follow. */
  readonly constraint?: Constraint;
};

/** One SQL statement over tables and columns that exist. */
export type Constraint = {
  readonly kind: 'sql';
  readonly schema: Schema;
  /** What is asked for: constants come from here. */
  readonly question: string;
  /** Constants that the schema's constraints and defaults name. */
  readonly knownTexts: readonly string[];
};

/** `stuck`: the constraint has left no token that could come next. */
export type StopReason = 'end-of-text' | 'rule' | 'length' | 'window' | 'loop' | 'unlikely' | 'stuck';

/** The model has come to no end by itself. */
export function hasNoEnd(reason: StopReason): boolean {
  return reason === 'length' || reason === 'window' || reason === 'loop';
}

/** Tokens that were verified several at once: calls that carried such, tokens proposed in them, tokens confirmed. */
export type DraftCounts = {
  readonly calls: number;
  readonly proposed: number;
  readonly accepted: number;
};

/** An answer as far as it has come. */
export type GeneratedSoFar = {
  readonly text: string;
  /** Natural logarithm of the probability of each chosen token, among the tokens that were allowed. */
  readonly logProbabilities: readonly number[];
  /** Where each token's text ends, in UTF-16 units; behind the end of `text` where a rule has cut it. */
  readonly tokenEnds: readonly number[];
};

/** Another answer to the same prompt. */
export type Alternative = GeneratedSoFar & { readonly ids: readonly number[] };

export type Generated = GeneratedSoFar & {
  readonly ids: readonly number[];
  readonly stopReason: StopReason;
  /** Tokens of the prompt, how many of them were not in the cache, and how many were cut off. */
  readonly promptTokens: number;
  readonly recomputedTokens: number;
  readonly cutTokens: number;
  /** Turns of a conversation that did not fit; absent where all did. */
  readonly droppedTurns?: number;
  readonly ms: { readonly prefill: number; readonly decode: number };
  /** Absent where nothing is drafted: the request does without, or its tokens are drawn. */
  readonly draft?: DraftCounts;
  readonly draftSteps?: readonly DraftStep[];
  /** The likeliest first; fewer than were asked for where there are no more that differ. */
  readonly alternatives?: readonly Alternative[];
  /** The device failed on the way and the model has moved to another one, which gave this answer. */
  readonly movedTo?: ModelSummary;
};

/** How likely a model finds each of several continuations of one prompt. */
export type ContinuationsRequest = {
  readonly prompt: Prompt;
  readonly continuations: readonly string[];
};

export type ScoredContinuations = {
  /** ln of the probability of each whole continuation. */
  readonly logProbabilities: readonly number[];
  readonly cutTokens: number;
  /** As in `Generated`. */
  readonly movedTo?: ModelSummary;
};

/** What a loaded model is, for people and for whoever builds prompts. */
export type ModelSummary = {
  readonly name: string;
  /** "4-bit", "8-bit", "fp32" */
  readonly precision: string;
  readonly device: Device;
  /** What the device is: "NVIDIA GeForce RTX 4070", "CPU, 2 threads" */
  readonly hardware: string;
  /** The other devices that were considered, and why they were not taken. */
  readonly considered: readonly DeviceReport[];
  /** What the user should be told once: that a device failed, for one. */
  readonly notice?: Sentence;
  readonly weightsBytes: number;
  /** Tokens that prompt and answer share. */
  readonly nPositions: number;
  readonly vocabularySize: number;
  readonly languages: readonly string[];
  readonly prompts: Prompts;
  readonly loadMs: number;
};
