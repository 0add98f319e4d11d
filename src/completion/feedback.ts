/**
 * What became of what was shown: learned from the next text alone, since an editor does not tell. How sure the model
 * has to be in a language follows from it; and what was rejected is not shown again at that place.
 */
import { typedSince } from './continuation.ts';
import type { Offer } from './outcome.ts';
import type { Snapshot } from './snapshot.ts';

/** A language's threshold: the probability that a suggestion must have to be shown. */
export type Thresholds = Readonly<Record<string, number>>;

/** Measured with `eval typing`, docs/performance.md. */
export const DEFAULT_THRESHOLD = 0.3;
const LEAST = 0.15;
const MOST = 0.6;

/** The share of what is shown that should be accepted: where it is less, the threshold rises, and the other way. */
const AIM = 0.6;

/** How far one answer moves a threshold, in its logarithm's odds. */
const STEP = 0.05;

const MAX_REJECTED = 200;
const PLACE_CHARACTERS = 200;

type Shown = {
  readonly snapshot: Snapshot;
  readonly text: string;
  readonly probability: number;
  /** What could be had in its place. */
  readonly beside: readonly string[];
};

export class Feedback {
  #thresholds: Record<string, number>;
  readonly #onLearned: (thresholds: Thresholds) => void;
  /** Places and what was rejected there; oldest first. */
  readonly #rejected = new Set<string>();
  #shown: Shown | undefined;

  constructor(thresholds: Thresholds = {}, onLearned: (thresholds: Thresholds) => void = () => undefined) {
    this.#thresholds = { ...thresholds };
    this.#onLearned = onLearned;
  }

  thresholdOf(languageId: string): number {
    return this.#thresholds[languageId] ?? DEFAULT_THRESHOLD;
  }

  /** @param offer what is on display now */
  shown(snapshot: Snapshot, { text, probability, source }: Offer): void {
    if (source !== 'display') this.#shown = { snapshot, text, probability, beside: [] };
  }

  /** @param texts others than what is on display, at the same place */
  shownBeside(texts: readonly string[]): void {
    if (this.#shown !== undefined) this.#shown = { ...this.#shown, beside: texts };
  }

  /** What is left of what is on display, while it is typed along: it does not change under the user's eyes. */
  onDisplay(snapshot: Snapshot): Offer | undefined {
    const shown = this.#shown;
    const typed = shown && typedSince(shown.snapshot, snapshot, shown.text.length - 1);
    if (shown === undefined || typed === undefined || !shown.text.startsWith(typed)) return undefined;
    const { text, probability } = shown;
    return { kind: 'offer', text: text.slice(typed.length), source: 'display', probability };
  }

  forgetDisplay(): void {
    this.#shown = undefined;
  }

  /** Sees what the text is now, and what that says of what was shown. */
  follow(snapshot: Snapshot): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const texts = [shown.text, ...shown.beside];
    const typed = typedSince(shown.snapshot, snapshot, Math.max(...texts.map(({ length }) => length)) + 1);
    if (typed === undefined) {
      // Another place, or an edit above: nothing can be said of it.
      this.#shown = undefined;
    } else if (texts.some((text) => typed.startsWith(text))) this.#learn(shown, true);
    else if (!texts.some((text) => text.startsWith(typed))) this.#learn(shown, false);
  }

  wasRejected(snapshot: Snapshot, text: string): boolean {
    return this.#rejected.has(keyOf(snapshot, text));
  }

  reset(): void {
    this.#thresholds = {};
    this.#rejected.clear();
    this.#onLearned({});
  }

  #learn(shown: Shown, wasAccepted: boolean): void {
    this.#shown = undefined;
    const { languageId } = shown.snapshot;
    const old = this.thresholdOf(languageId);
    const odds = Math.log(old / (1 - old)) + STEP * (AIM - (wasAccepted ? 1 : 0));
    this.#thresholds[languageId] = Math.min(MOST, Math.max(LEAST, 1 / (1 + Math.exp(-odds))));
    this.#onLearned({ ...this.#thresholds });
    if (!wasAccepted) this.#reject(keyOf(shown.snapshot, shown.text));
  }

  #reject(key: string): void {
    this.#rejected.delete(key);
    this.#rejected.add(key);
    const [oldest] = this.#rejected;
    if (this.#rejected.size > MAX_REJECTED && oldest !== undefined) this.#rejected.delete(oldest);
  }
}

function keyOf({ uri, before }: Snapshot, text: string): string {
  return [uri, before.slice(-PLACE_CHARACTERS), text].join('\0');
}
