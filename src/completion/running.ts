/** A generation that is under way. It belongs to no keystroke: whoever types what it says may wait for it. */
import type { Generated, GeneratedSoFar } from '../model/generation.ts';
import { typedSince, type Continuation } from './continuation.ts';
import type { Extent } from './extent.ts';
import type { Snapshot } from './snapshot.ts';

const NOTHING: GeneratedSoFar = { text: '', tokenEnds: [], logProbabilities: [] };

export type Generate = (
  signal: AbortSignal,
  onProgress: (soFar: GeneratedSoFar) => void,
) => Promise<Generated>;

export class Running {
  readonly origin: Snapshot;
  readonly extent: Extent;
  readonly #abort = new AbortController();
  #soFar = NOTHING;
  #generated: Generated | undefined;
  #failure: unknown;
  #isOver = false;
  #change = deferred();

  /** @param onDone told once what has been said, before anybody who waits */
  constructor(
    { origin, extent }: { origin: Snapshot; extent: Extent },
    generate: Generate,
    onDone: (running: Running) => void,
  ) {
    this.origin = origin;
    this.extent = extent;
    void this.#run(generate, onDone);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What came of it, once it is over and has not failed. */
  get generated(): Generated | undefined {
    return this.#generated;
  }

  get soFar(): GeneratedSoFar {
    return this.#soFar;
  }

  /** What is typed at `snapshot` by now, if that agrees with what has been said so far. */
  typedAt(snapshot: Snapshot): string | undefined {
    const { text } = this.#soFar;
    const typed = typedSince(this.origin, snapshot, MAX_AHEAD);
    if (typed === undefined) return undefined;
    const mayStillAgree = !this.#isOver && typed.startsWith(text);
    return text.startsWith(typed) || mayStillAgree ? typed : undefined;
  }

  continuation(): Continuation {
    const { origin } = this;
    const { text, tokenEnds, logProbabilities } = this.#soFar;
    const end = !this.#isOver
      ? 'running'
      : this.#generated?.stopReason === 'unlikely'
        ? 'unlikely'
        : 'complete';
    return { origin, text, tokenEnds, logProbabilities, end };
  }

  /** Resolves when there is more, or it is over. Throws what it failed with. */
  async news(): Promise<void> {
    if (!this.#isOver) await this.#change.promise;
    this.throwIfFailed();
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  end(): void {
    this.#abort.abort();
  }

  async #run(generate: Generate, onDone: (running: Running) => void): Promise<void> {
    try {
      this.#generated = await generate(this.#abort.signal, (soFar) => this.#tell(soFar));
      this.#isOver = true;
      this.#soFar = this.#generated;
      onDone(this);
      this.#tell(this.#generated);
    } catch (error) {
      this.#failure = error;
      this.#isOver = true;
      this.#tell(this.#soFar);
    }
  }

  #tell(soFar: GeneratedSoFar): void {
    this.#soFar = soFar;
    const { resolve } = this.#change;
    this.#change = deferred();
    resolve();
  }
}

/** More than this is not typed while a generation runs. */
const MAX_AHEAD = 500;

type Deferred = { readonly promise: Promise<void>; readonly resolve: () => void };

function deferred(): Deferred {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
