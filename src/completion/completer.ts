/**
 * Snapshot → text worth showing. The order of the steps is the whole of it: may we ask, do we know already,
 * ask, filter.
 */
import type { Generated } from '../model/generation.ts';
import { GREEDY, type Sampling } from '../model/generation.ts';
import { CompletionCache } from './cache.ts';
import type { CompletionModel } from './completionModel.ts';
import { extentOf } from './extent.ts';
import { FILTERS } from './filters/index.ts';
import type { FilterContext } from './filters/filter.ts';
import type { Snapshot } from './snapshot.ts';
import { refusalOf } from './trigger.ts';

/** What came of a request, and why. */
export type Outcome =
  | {
      readonly kind: 'offer';
      readonly text: string;
      readonly source: 'cache' | 'model';
      readonly generated?: Generated;
    }
  | { readonly kind: 'nothing'; readonly reason: string; readonly generated?: Generated };

export type CompleteOptions = { readonly sampling?: Sampling; readonly maxTokens?: number };

export class Completer {
  readonly #model: CompletionModel;
  readonly #cache = new CompletionCache();

  constructor(model: CompletionModel) {
    this.#model = model;
  }

  /** What is known already, without asking the model. */
  known(snapshot: Snapshot): Outcome | undefined {
    const refusal = refusalOf(snapshot);
    if (refusal !== undefined) return { kind: 'nothing', reason: refusal };
    const cached = this.#cache.get(snapshot);
    return cached === undefined ? undefined : { kind: 'offer', text: cached, source: 'cache' };
  }

  async complete(snapshot: Snapshot, signal: AbortSignal, options: CompleteOptions = {}): Promise<Outcome> {
    const known = this.known(snapshot);
    if (known !== undefined) return known;
    const extent = extentOf(snapshot);
    const generated = await this.#model.generate(
      {
        prompt: { kind: 'text', body: snapshot.before, after: '', cut: 'start', heal: true },
        maxTokens: options.maxTokens ?? extent.maxTokens,
        sampling: options.sampling ?? GREEDY,
        stop: extent.stop,
        priority: 'completion',
      },
      signal,
    );
    const { text, droppedBy } = applyFilters(generated.text, { snapshot, extent });
    if (text === '')
      return { kind: 'nothing', reason: droppedBy ?? 'the model had nothing to add', generated };
    this.#cache.put(snapshot, text);
    return { kind: 'offer', text, source: 'model', generated };
  }

  /** Forgets every suggestion: another model has been loaded. */
  clear(): void {
    this.#cache.clear();
  }
}

/** Applies every filter; where nothing is left, says which one took the last of it. */
export function applyFilters(
  completion: string,
  context: FilterContext,
): { text: string; droppedBy?: string } {
  let text = completion;
  for (const [name, filter] of Object.entries(FILTERS)) {
    const left = filter(text, context);
    if (left.trim() === '' && text.trim() !== '') return { text: '', droppedBy: name };
    text = left;
  }
  return { text };
}
