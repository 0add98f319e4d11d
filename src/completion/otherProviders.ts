/** Other extensions that give inline completions, and who leads where one of them is active. */

export type OtherProvider = {
  readonly name: string;
  /** Its extensions; that the first one leads or not is remembered for all. */
  readonly ids: readonly [string, ...string[]];
  /** A setting of its own that says false, or false for `*`, where it gives no completions. */
  readonly switchedBy?: string;
};

export const OTHER_PROVIDERS: readonly OtherProvider[] = [
  {
    name: 'GitHub Copilot',
    ids: ['GitHub.copilot', 'GitHub.copilot-chat'],
    switchedBy: 'github.copilot.enable',
  },
  { name: 'Continue', ids: ['Continue.continue'], switchedBy: 'continue.enableTabAutocomplete' },
  { name: 'Tabby', ids: ['TabbyML.vscode-tabby'] },
  { name: 'llama.vscode', ids: ['ggml-org.llama-vscode'], switchedBy: 'llama-vscode.enabled' },
  { name: 'Codeium', ids: ['Codeium.codeium'], switchedBy: 'codeium.enableConfig' },
  { name: 'Supermaven', ids: ['Supermaven.supermaven'] },
  { name: 'Tabnine', ids: ['TabNine.tabnine-vscode'] },
  { name: 'Cody', ids: ['sourcegraph.cody-ai'], switchedBy: 'cody.autocomplete.enabled' },
  { name: 'Amazon Q', ids: ['AmazonWebServices.amazon-q-vscode'] },
  { name: 'Gemini Code Assist', ids: ['Google.geminicodeassist'] },
  { name: 'IntelliCode', ids: ['VisualStudioExptTeam.vscodeintellicode-completions'] },
  { name: 'twinny', ids: ['rjmacarthy.twinny'], switchedBy: 'twinny.autoSuggestEnabled' },
];

/** `ask`: the user says for each of them, once. */
export const OTHERS_SETTINGS = ['ask', 'complete', 'yield'] as const;
export type OthersSetting = (typeof OTHERS_SETTINGS)[number];

/** What the user said; `asked` is a question without an answer, which leaves everything as it was. */
export type Answer = 'asked' | 'gptj' | 'other';

export type Lead =
  | { readonly kind: 'gptj' }
  | { readonly kind: 'other'; readonly other: OtherProvider }
  /** GPT-J, until the user has said. */
  | { readonly kind: 'unasked'; readonly other: OtherProvider };

export function leadAmong(
  active: readonly OtherProvider[],
  setting: OthersSetting,
  answerFor: (other: OtherProvider) => Answer | undefined,
): Lead {
  const [first] = active;
  if (first === undefined || setting === 'complete') return { kind: 'gptj' };
  if (setting === 'yield') return { kind: 'other', other: first };
  const leading = active.find((other) => answerFor(other) === 'other');
  if (leading !== undefined) return { kind: 'other', other: leading };
  const unasked = active.find((other) => answerFor(other) === undefined);
  return unasked === undefined ? { kind: 'gptj' } : { kind: 'unasked', other: unasked };
}

/** @param value of the setting that an extension is switched by */
export function isSwitchedOff(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === false;
  return '*' in value && value['*'] === false;
}
