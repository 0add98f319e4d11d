/** How far a statement has been read: between two words, or inside of something; and what follows if that ends here. */
import { lookAhead, type Ahead, type NameChoice, type Option, type Terminal, type Thread } from './nodes.ts';
import { isReserved } from './reserved.ts';
import { endingsOf, type Cursor } from './wordList.ts';

/** What may come next, worked out when it is asked for: most states are left without. */
export type Next = {
  readonly threads: readonly Thread[];
  ahead: Ahead | undefined;
  choices: ReadonlyMap<Option, readonly NameChoice[]> | undefined;
  /** By the first byte. */
  readonly words: Map<number, State | undefined>;
};

/** A word, or a quoted name: existing ones as far as they agree, and whether one may be made up. */
export type Reading = { readonly option: Option; readonly cursor: Cursor | undefined };

export type State =
  | {
      readonly kind: 'between';
      readonly next: Next;
      readonly nSpaces: number;
      readonly hasLineFeed: boolean;
      /** What stands right before, without a space. */
      readonly last: number;
    }
  | { readonly kind: 'word'; readonly readings: readonly Reading[]; readonly text: string }
  | {
      readonly kind: 'quoted';
      readonly readings: readonly Reading[];
      readonly text: string;
      readonly closing: number;
      readonly isClosed: boolean;
    }
  | { readonly kind: 'sign'; readonly options: readonly Option[]; readonly text: string }
  | { readonly kind: 'string'; readonly threads: readonly Thread[]; readonly isClosed: boolean }
  | { readonly kind: 'number'; readonly options: readonly Option[]; readonly text: string }
  | { readonly kind: 'finished' };

export function between(threads: readonly Thread[], last: number): State {
  return {
    kind: 'between',
    next: { threads, ahead: undefined, choices: undefined, words: new Map() },
    nSpaces: 0,
    hasLineFeed: false,
    last,
  };
}

export function aheadOf(next: Next): Ahead {
  next.ahead ??= lookAhead(next.threads);
  return next.ahead;
}

export type Choices = ReadonlyMap<Option, readonly NameChoice[]>;

export function choicesOf(next: Next): Choices {
  next.choices ??= new Map(
    aheadOf(next).options.flatMap((option) => {
      const { terminal, scope } = option;
      return terminal.kind === 'name' ? [[option, terminal.choices(scope)] as const] : [];
    }),
  );
  return next.choices;
}

export function isComplete(state: State): boolean {
  if (state.kind === 'finished') return true;
  const ended = state.kind === 'between' ? state : end(state);
  return ended?.kind === 'between' && aheadOf(ended.next).isComplete;
}

/** Every byte that may come next asks for the same. */
const ENDED = new WeakMap<State, State | undefined>();

/** What follows if the word, sign or literal ends here. */
export function end(state: State): State | undefined {
  if (!ENDED.has(state)) {
    const threads = threadsAfter(state);
    const last = 'text' in state ? state.text.charCodeAt(state.text.length - 1) : 0;
    ENDED.set(state, threads.length === 0 ? undefined : between(threads, last));
  }
  return ENDED.get(state);
}

function threadsAfter(state: State): Thread[] {
  switch (state.kind) {
    case 'word':
      return threadsOf(state.readings, state.text, false);
    case 'quoted':
      return state.isClosed ? threadsOf(state.readings, state.text, true) : [];
    case 'sign':
      return threadsBehind(state.options.filter(({ terminal }) => signOf(terminal) === state.text));
    case 'string':
      return state.isClosed ? [...state.threads] : [];
    case 'number':
      return state.options.flatMap((option) => {
        const { terminal, stack } = option;
        if (terminal.kind === 'number') {
          const isWhole = terminal.of(option.scope)?.has(state.text) ?? !state.text.endsWith('.');
          return isWhole ? [{ stack, scope: option.scope }] : [];
        }
        const scope =
          terminal.kind === 'integer' ? terminal.take(option.scope, Number(state.text)) : undefined;
        return scope === undefined ? [] : [{ stack, scope }];
      });
    default:
      return [];
  }
}

/** A name that several lists hold is still one: each option takes a key once. */
function threadsOf(readings: readonly Reading[], bytes: string, isQuoted: boolean): Thread[] {
  const keys = new Map<Option, Set<string>>();
  for (const { option, cursor } of readings) {
    const known = keys.get(option) ?? new Set();
    for (const key of cursor === undefined ? madeUp(bytes, isQuoted) : endingsOf(cursor)) known.add(key);
    keys.set(option, known);
  }
  return [...keys].flatMap(([option, meant]) => [...meant].flatMap((key) => threadBehind(option, key)));
}

function threadBehind({ terminal, stack, scope }: Option, key: string): Thread[] {
  const taken = 'take' in terminal && terminal.kind !== 'integer' ? terminal.take(scope, key) : scope;
  return taken === undefined ? [] : [{ stack, scope: taken }];
}

function madeUp(bytes: string, isQuoted: boolean): string[] {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return text.trim() === '' || (!isQuoted && isReserved(text)) ? [] : [text];
}

export function threadsBehind(options: readonly Option[]): Thread[] {
  return options.map(({ stack, scope }) => ({ stack, scope }));
}

export function signOf(terminal: Terminal): string {
  return terminal.kind === 'sign' ? terminal.text : ' ';
}
