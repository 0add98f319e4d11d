/**
 * What came of the last requests, for "Why Was Nothing Shown?": where, when, and for which reason. No text of a
 * document or of a suggestion is in it.
 */
import { say, type Sentence } from '../base/sentence.ts';

export type Verdict =
  | { readonly what: 'shown'; readonly source: string; readonly confidence?: number }
  | { readonly what: 'nothing'; readonly reason: string };

export type Decision = Verdict & {
  readonly timeMs: number;
  /** Without its folders. */
  readonly fileName: string;
  /** From 1. */
  readonly line: number;
  readonly languageId: string;
  readonly milliseconds: number;
};

/** The reason of whoever went on typing before an answer was there. */
export const TYPING_WENT_ON = 'typing went on';

const MAX_DECISIONS = 50;

export class Decisions {
  /** Newest last. */
  readonly #decisions: Decision[] = [];

  /** What is refused at every keystroke of a line for one reason is one decision, not fifty. */
  add(decision: Decision): void {
    const last = this.#decisions.at(-1);
    if (last !== undefined && saysTheSame(last, decision)) this.#decisions.pop();
    this.#decisions.push(decision);
    if (this.#decisions.length > MAX_DECISIONS) this.#decisions.shift();
  }

  newestFirst(): readonly Decision[] {
    return this.#decisions.toReversed();
  }
}

export type Account = { readonly outcome: Sentence; readonly nextStep: Sentence | undefined };

/** A decision in plain words, and what can be done about it where something can. */
export function accountOf(decision: Decision): Account {
  if (decision.what === 'shown') {
    const { source, milliseconds, confidence } = decision;
    const from = say`A suggestion was shown (${inPhrases(source)}), after ${milliseconds.toFixed(0)} ms`;
    const outcome = confidence === undefined ? say`${from}.` : say`${from}, ${sureness(confidence)} sure.`;
    return { outcome, nextStep: undefined };
  }
  return accountOfNothing(decision.reason);
}

/** Why there was nothing, in plain words. */
export function accountOfNothing(because: string): Account {
  for (const { reason, words, nextStep } of WORDINGS) {
    const match = reason.exec(because);
    if (match !== null) return { outcome: words(match[1] ?? ''), nextStep };
  }
  return { outcome: say`Nothing was shown: ${inPhrases(because)}.`, nextStep: undefined };
}

/** In the reasons, and in sources, what can be said in other languages as well. */
const PHRASES: readonly Sentence[] = [
  ...[
    say`a file of environment variables`,
    say`a key`,
    say`a store of keys or passwords`,
    say`a certificate`,
  ],
  ...[say`a file of credentials`, say`a file of Terraform's values`],
  ...[say`a file that the setting gptj.exclude names`, say`a file that git ignores`],
  say`a document of the editor's own`,
  ...[say`inside a word`, say`text follows on the line`, say`the line is complete`],
  ...[say`the model was not sure enough`, say`the model had nothing to add`, say`rejected here before`],
  ...[say`model`, say`cache`, say`running`, say`display`],
];

/** A phrase, or one with something in brackets behind it. What is none is told as it is. */
function inPhrases(text: string): Sentence | string {
  const [, beginning = text, inBrackets] = /^(.+) \((.+)\)$/.exec(text) ?? [];
  const phrase = PHRASES.find(({ template }) => template === beginning);
  if (phrase === undefined) return text;
  return inBrackets === undefined ? phrase : say`${phrase} (${inBrackets})`;
}

function saysTheSame(one: Decision, other: Decision): boolean {
  return (
    one.what === 'nothing' &&
    other.what === 'nothing' &&
    one.reason === other.reason &&
    one.fileName === other.fileName &&
    one.line === other.line
  );
}

function sureness(confidence: number): string {
  return `${(confidence * 100).toFixed(0)}%`;
}

type Wording = {
  readonly reason: RegExp;
  /** @param what the part of the reason that changes */
  readonly words: (what: string) => Sentence;
  readonly nextStep?: Sentence;
};

const EXCLUDED = say`GPT-J neither completes it nor reads it for other files. Change the setting "gptj.exclude" if it should.`;

/** Reasons that need more words than they have. What is not here is told as it is. */
const WORDINGS: readonly Wording[] = [
  {
    reason: /^switched off$/,
    words: () => say`Nothing was asked: GPT-J is switched off.`,
    nextStep: say`To switch it on, run "GPT-J: Switch On or Off".`,
  },
  {
    reason: /^off for (.+)$/,
    words: (languageId) => say`Nothing was asked: GPT-J is off for ${languageId}.`,
    nextStep: say`To switch it on there, run "GPT-J: Switch On or Off for This Language".`,
  },
  {
    reason: /^the window is not in focus$/,
    words: () => say`Nothing was asked: the window did not have the focus.`,
  },
  {
    reason: /^(.+) leads$/,
    words: (name) => say`Nothing was asked: ${name} is active, and leads.`,
    nextStep: say`To have both, set "gptj.whenOthersAreActive" to "complete". "Trigger Inline Suggestion" asks GPT-J in any case.`,
  },
  {
    reason: /^(a file that the setting gptj\.exclude names .+)$/,
    words: (what) => say`Nothing was read: this is ${inPhrases(what)}.`,
    nextStep: EXCLUDED,
  },
  {
    reason: /^(a file that git ignores .+)$/,
    words: (what) => say`Nothing was read: this is ${inPhrases(what)}.`,
    nextStep: say`GPT-J reads nothing that git is told to ignore.`,
  },
  {
    reason: /^((?:a|an) .+)$/,
    words: (what) => say`Nothing was read: this is ${inPhrases(what)}.`,
  },
  {
    reason: new RegExp(`^${TYPING_WENT_ON}$`),
    words: () => say`Nothing was shown: typing went on before there was an answer.`,
  },
  {
    reason: /^empty document$/,
    words: () => say`Nothing was asked: there is nothing before the cursor to go by.`,
  },
  {
    reason: /^(inside a word|text follows on the line)$/,
    words: (where) => say`Nothing was asked: ${inPhrases(where)}.`,
    nextStep: say`It completes at the end of a line, or in front of what closes one.`,
  },
  {
    reason: /^very long line$/,
    words: () => say`Nothing was asked: a line this long is data or minified code.`,
  },
  ...(
    [
      [/^(?:keepToLine|stopAtBlockEnd)$/, say`Nothing was shown: what the model said does not belong here.`],
      [/^cutRepetition$/, say`Nothing was shown: the model repeated itself.`],
      [/^dropRepeatOfFollowing$/, say`Nothing was shown: the model said what comes next already.`],
      [/^removeClosedBrackets$/, say`Nothing was shown: the model only closed what is closed already.`],
      [/^(?:trimEnd|dropUseless)$/, say`Nothing was shown: what the model said is quicker typed than read.`],
    ] as const
  ).map(([reason, outcome]) => ({ reason, words: () => outcome })),
];
