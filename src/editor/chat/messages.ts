/** What the chat and its page say to one another. The page is plain JavaScript in `media/chat/`. */

/** Everything that is on display; sent whole, since it is little. */
export type PageState = {
  readonly turns: readonly {
    readonly question: string;
    readonly answer: string;
    /** Below the answer: what was left out, or went wrong. */
    readonly notes: readonly string[];
  }[];
  readonly isBusy: boolean;
  /** Which model speaks. */
  readonly model: string;
  /** That it was not made for this, and what to do. */
  readonly warning?: { readonly text: string; readonly action: string };
};

/** 'focus': the question is to be typed now. */
export type ToPage = PageState | 'focus';

/** Buttons and labels that the page makes by itself. */
export type PageTexts = {
  readonly you: string;
  readonly model: string;
  readonly copy: string;
  readonly insert: string;
  readonly answered: string;
  readonly writing: string;
};

export type FromPage =
  | { readonly kind: 'ready' | 'stop' | 'clear' | 'other-model' }
  | { readonly kind: 'ask'; readonly text: string }
  | { readonly kind: 'copy' | 'insert'; readonly index: number };

/** A message of the page, which is believed as little as any other input. */
export function parseFromPage(message: unknown): FromPage | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { kind, text, index } = message as Readonly<Record<string, unknown>>;
  switch (kind) {
    case 'ready':
    case 'stop':
    case 'clear':
    case 'other-model':
      return { kind };
    case 'ask':
      return typeof text === 'string' ? { kind, text } : undefined;
    case 'copy':
    case 'insert':
      return typeof index === 'number' && Number.isInteger(index) && index >= 0 ? { kind, index } : undefined;
    default:
      return undefined;
  }
}
