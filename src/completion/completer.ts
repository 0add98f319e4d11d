/**
 * Snapshot → text worth showing. The order of its sources is the whole of it: may we ask here, has it been said
 * already, is it being said, ask. A generation belongs to no keystroke: it goes on until the text disagrees with it.
 */
import { cancelled } from '../base/userError.ts';
import { GREEDY, type Generated, type GenerateRequest, type Sampling } from '../model/generation.ts';
import { continuationsOf, distinctFrom, MAX_SUGGESTIONS } from './alternatives.ts';
import { CompletionCache, type Found } from './cache.ts';
import type { CompletionModel } from './completionModel.ts';
import { likelyBeginning } from './confidence.ts';
import { typedSince, type Continuation } from './continuation.ts';
import { extentOf, nextLines, type Extent } from './extent.ts';
import { removeClosedBrackets } from './filters/removeClosedBrackets.ts';
import { applyFilters, BEFORE_CACHE, BEFORE_SHOWING } from './filters/index.ts';
import { Feedback } from './feedback.ts';
import { copyTextsOf, promptOf } from './prompt.ts';
import type { Offer, Outcome, Source } from './outcome.ts';
import { Running } from './running.ts';
import { isBlank, linePrefix, lineSuffix, opensBlock, type Snapshot } from './snapshot.ts';
import { refusalOf } from './trigger.ts';

export type CompleteOptions = {
  readonly sampling?: Sampling;
  readonly maxTokens?: number;
  /** Somebody asks for a suggestion: it is shown however unsure it is. */
  readonly isExplicit?: boolean;
};

export type CompleterOptions = {
  /** Off: everything is shown, however unsure. */
  readonly gate?: boolean;
  /** Off: nothing is asked before it is wanted. */
  readonly ahead?: boolean;
  /** Off: what the text at hand says comes next has no say. */
  readonly copy?: boolean;
  /** Off: nothing is told of what does not fit the window. */
  readonly outline?: boolean;
  /** A threshold that does not learn: for measurements. */
  readonly threshold?: number;
  readonly feedback?: Feedback;
};

type How = { readonly source: Source; readonly isExplicit: boolean };

const NOT_SURE = 'the model was not sure enough';

export class Completer {
  readonly #model: CompletionModel;
  readonly #cache = new CompletionCache();
  readonly #feedback: Feedback;
  readonly #hasGate: boolean;
  readonly #looksAhead: boolean;
  readonly #copies: boolean;
  readonly #outlines: boolean;
  readonly #threshold: number | undefined;
  #running: Running | undefined;

  constructor(model: CompletionModel, options: CompleterOptions = {}) {
    this.#model = model;
    this.#hasGate = options.gate ?? true;
    this.#looksAhead = options.ahead ?? true;
    this.#copies = options.copy ?? true;
    this.#outlines = options.outline ?? true;
    this.#threshold = options.threshold;
    this.#feedback = options.feedback ?? new Feedback();
  }

  /** What can be said without asking the model. */
  known(snapshot: Snapshot, { isExplicit = false }: CompleteOptions = {}): Outcome | undefined {
    const refusal = refusalOf(snapshot);
    if (refusal !== undefined) return { kind: 'nothing', reason: refusal };
    this.#feedback.follow(snapshot);
    const onDisplay = this.#feedback.onDisplay(snapshot);
    if (onDisplay !== undefined) {
      // The editor may have closed a bracket meanwhile.
      const text = removeClosedBrackets(onDisplay.text, { snapshot, extent: extentOf(snapshot) });
      if (text !== '') return { ...onDisplay, text };
    }
    for (const found of this.#cache.find(snapshot)) {
      if (isExplicit && found.continuation.end === 'unlikely') continue;
      const outcome = this.#offer(found, snapshot, { source: 'cache', isExplicit });
      // Where the model was stopped for being unsure, it may be surer now that more has been typed.
      if (outcome.kind === 'offer' || found.typed === 0 || found.continuation.end === 'complete')
        return outcome;
    }
    return undefined;
  }

  /** Whether an answer is on its way already: nothing is gained by waiting before it is asked for. */
  isUnderWay(snapshot: Snapshot): boolean {
    return this.#running?.isOver === false && this.#running.typedAt(snapshot) !== undefined;
  }

  async complete(snapshot: Snapshot, signal: AbortSignal, options: CompleteOptions = {}): Promise<Outcome> {
    const known = this.known(snapshot, options);
    const outcome = known ?? (await this.#ask(snapshot, signal, options));
    // Nobody sees what comes after the next key.
    if (outcome.kind === 'offer' && !signal.aborted) {
      this.#feedback.shown(snapshot, outcome);
      this.#prepareNext(snapshot, outcome.text);
    }
    return outcome;
  }

  /**
   * What else could be said here, beside what is offered: at most two other texts, the likeliest first. None of them
   * has to be sure. Accepting one of them is no rejection of the first.
   */
  async alternatives(snapshot: Snapshot, { text: offered }: Offer, signal: AbortSignal): Promise<string[]> {
    this.#running?.end();
    const extent = extentOf(snapshot);
    // One is left over in case the likeliest answer is not the one that is offered.
    const request = {
      ...this.#request(snapshot, extent, { isExplicit: true }),
      alternatives: MAX_SUGGESTIONS,
    };
    const generated = await this.#model.generate(request, signal, () => undefined);
    const continuations = continuationsOf(snapshot, generated).map((one) => beforeCache(one, extent));
    const shown = continuations.map(
      ({ text }) => applyFilters(BEFORE_SHOWING, text, { snapshot, extent }).text,
    );
    const texts = distinctFrom(
      offered,
      shown.filter((text) => text !== ''),
    );
    // The likeliest last: what is remembered last is found first.
    for (const continuation of continuations.toReversed()) this.#cache.put(continuation);
    this.#feedback.shownBeside(texts);
    return texts;
  }

  /**
   * Has the model read what it would be shown here, so that the first key at a place does not wait for that. undefined
   * where there is nothing to read, or something better to do. Whoever asks for a completion ends it and has the gain.
   */
  async warm(snapshot: Snapshot, signal: AbortSignal): Promise<Generated | undefined> {
    if (isBlank(snapshot.before) || this.#running?.isOver === false) return undefined;
    const extent = { ...extentOf(snapshot), maxTokens: 1 };
    const { prompt, maxTokens, sampling, stop, priority } = this.#request(snapshot, extent, {
      isExplicit: true,
    });
    return this.#model.generate({ prompt, maxTokens, sampling, stop, priority }, signal, () => undefined);
  }

  /** Forgets every suggestion: another model has been loaded. */
  clear(): void {
    this.#running?.end();
    this.#running = undefined;
    this.#cache.clear();
    this.#feedback.forgetDisplay();
  }

  async #ask(snapshot: Snapshot, signal: AbortSignal, options: CompleteOptions): Promise<Outcome> {
    const joined = this.#running;
    const { isExplicit = false } = options;
    if (joined !== undefined && !isExplicit && this.isUnderWay(snapshot)) {
      const outcome = await this.#waitFor(joined, snapshot, { signal, source: 'running', isExplicit: false });
      if (outcome !== undefined) return outcome;
    }
    const extent = extentOf(snapshot);
    const running = this.#start(
      snapshot,
      { ...extent, maxTokens: options.maxTokens ?? extent.maxTokens },
      options,
    );
    const outcome = await this.#waitFor(running, snapshot, { signal, source: 'model', isExplicit });
    if (outcome === undefined) throw cancelled();
    return outcome;
  }

  /** undefined: it disagrees with what has been typed. */
  async #waitFor(
    running: Running,
    snapshot: Snapshot,
    { signal, ...how }: { signal: AbortSignal } & How,
  ): Promise<Outcome | undefined> {
    const waiting = new AbortController();
    const isAborted = aborted(signal, waiting.signal);
    try {
      for (;;) {
        if (signal.aborted) throw cancelled();
        running.throwIfFailed();
        const typed = running.typedAt(snapshot);
        if (typed === undefined) return undefined;
        const continuation = settled(running);
        if (running.isOver || hasWholeLine(continuation, typed.length)) {
          const { generated } = running;
          const outcome = this.#offer({ continuation, typed: typed.length }, snapshot, how);
          return generated === undefined ? outcome : { ...outcome, generated };
        }
        await Promise.race([running.news(), isAborted]);
      }
    } finally {
      waiting.abort();
    }
  }

  #start(snapshot: Snapshot, extent: Extent, options: CompleteOptions): Running {
    this.#running?.end();
    const request = this.#request(snapshot, extent, options);
    const running = new Running(
      { origin: snapshot, extent },
      (signal, onProgress) => this.#model.generate(request, signal, onProgress),
      (done) => this.#cache.put(settled(done)),
    );
    this.#running = running;
    return running;
  }

  #request(
    snapshot: Snapshot,
    extent: Extent,
    { sampling = GREEDY, isExplicit = false }: CompleteOptions,
  ): GenerateRequest {
    const minProbability = isExplicit ? 0 : this.#minProbability(snapshot);
    return {
      prompt: promptOf(snapshot, { outline: this.#outlines }),
      maxTokens: extent.maxTokens,
      sampling,
      stop: extent.stop,
      priority: 'completion',
      progress: 'line',
      ...(this.#copies && { copyFrom: copyTextsOf(snapshot) }),
      ...(minProbability > 0 && { minLogProbability: Math.log(minProbability) }),
    };
  }

  #offer({ continuation, typed }: Found, snapshot: Snapshot, { source, isExplicit }: How): Outcome {
    const minProbability = isExplicit ? 0 : this.#minProbability(snapshot);
    const likely = likelyBeginning(continuation, typed, minProbability);
    if (continuation.text.slice(typed).trim() === '') {
      const reason = continuation.end === 'unlikely' ? NOT_SURE : 'the model had nothing to add';
      return { kind: 'nothing', reason: continuation.droppedBy ?? reason };
    }
    if (likely.text.trim() === '') return { kind: 'nothing', reason: NOT_SURE };
    if (likely.text.startsWith('\n') && !mayBeginBelow(snapshot))
      return { kind: 'nothing', reason: 'the line is complete' };
    const { text, droppedBy } = applyFilters(BEFORE_SHOWING, likely.text, {
      snapshot,
      extent: extentOf(snapshot),
    });
    if (text === '') return { kind: 'nothing', reason: droppedBy ?? 'the model had nothing to add' };
    if (!isExplicit && this.#feedback.wasRejected(snapshot, text))
      return { kind: 'nothing', reason: 'rejected here before' };
    return { kind: 'offer', text, source, probability: likely.probability };
  }

  /** What follows a suggestion is asked for while the user reads it. */
  #prepareNext(snapshot: Snapshot, text: string): void {
    if (!this.#looksAhead || this.#running?.isOver === false || !isBlank(lineSuffix(snapshot))) return;
    const next = { ...snapshot, before: snapshot.before + text };
    const wasAsked = this.#running !== undefined && typedSince(this.#running.origin, next, 0) === '';
    const isKnown = !this.#cache.find(next).next().done;
    if (!wasAsked && !isKnown) this.#start(next, nextLines(next), {});
  }

  #minProbability({ languageId }: Snapshot): number {
    return this.#hasGate ? (this.#threshold ?? this.#feedback.thresholdOf(languageId)) : 0;
  }
}

/** What has been said so far, as it is remembered. */
function settled(running: Running): Continuation {
  return beforeCache(running.continuation(), running.extent);
}

function beforeCache(continuation: Continuation, extent: Extent): Continuation {
  const context = { snapshot: continuation.origin, extent };
  const { text, droppedBy } = applyFilters(BEFORE_CACHE, continuation.text, context);
  if (text === continuation.text) return continuation;
  return { ...continuation, text, end: 'complete', ...(droppedBy !== undefined && { droppedBy }) };
}

/** Whether there is a line to show, while the model goes on. */
function hasWholeLine({ text }: Continuation, typed: number): boolean {
  const rest = text.slice(typed);
  return rest.trimStart().includes('\n');
}

/** A suggestion may begin with a new line where a block is opened, or where nothing stands on the line. */
function mayBeginBelow(snapshot: Snapshot): boolean {
  const prefix = linePrefix(snapshot);
  return isBlank(prefix) || opensBlock(prefix);
}

/** Resolves when `signal` is aborted; forgotten once `waiting` is. */
async function aborted(signal: AbortSignal, waiting: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true, signal: waiting });
  });
}
