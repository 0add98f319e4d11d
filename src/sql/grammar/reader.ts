/** Reads a statement byte by byte under a rule: words, quoted names, literals and signs, as the rule allows them. */
import { isTextByte, type Grammar } from '../../base/grammar.ts';
import type { Dialect } from '../../model/databaseSchema.ts';
import { isControl, isDigit, isNameByte, isSpace } from './characters.ts';
import type { Ahead, Node, Option } from './nodes.ts';
import { absorbs, closerOf } from './outlook.ts';
import type { Scope } from './scope.ts';
import {
  aheadOf,
  between,
  choicesOf,
  end,
  isComplete,
  signOf,
  threadsBehind,
  type Choices,
  type Reading,
  type State,
} from './state.ts';
import { advance, exactly, Filter, startOf, type Cursor } from './wordList.ts';

/** The indentation of a line that anybody would write, and the one that is enough. */
const MAX_SPACES = 40;
const STRICT_SPACES = 4;

const TAB = 0x09;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const APOSTROPHE = 0x27;
const SEMICOLON = 0x3b;
const MINUS = 0x2d;
const POINT = 0x2e;
const BACKSLASH = 0x5c;
const BRACKET = 0x5d;
const QUOTE = 0x22;
const BACK_TICK = 0x60;

/** How names are quoted: opening byte → closing byte. */
const QUOTES: Readonly<Record<Dialect, ReadonlyMap<number, number>>> = {
  sqlite: new Map([
    [0x22, 0x22],
    [0x60, 0x60],
    [0x5b, 0x5d],
  ]),
  postgresql: new Map([[0x22, 0x22]]),
  mysql: new Map([[0x60, 0x60]]),
};

export function createReader(rule: Node, start: Scope): Grammar<State> {
  const { dialect } = start.catalog;
  const initial = between([{ stack: { node: rule, below: undefined }, scope: start }], 0);
  return {
    initial,
    step: (state, byte) => (state === initial && isSpace(byte) ? undefined : step(state, byte, dialect)),
    absorbs,
    closer: closerOf,
    isComplete,
    isFinished: ({ kind }) => kind === 'finished',
  };
}

function step(state: State, byte: number, dialect: Dialect): State | undefined {
  if (state.kind === 'finished') return undefined;
  if (state.kind === 'between') return stepBetween(state, byte, dialect);
  const within = stepWithin(state, byte, dialect);
  if (within !== 'over') return within;
  const ended = end(state);
  return ended && step(ended, byte, dialect);
}

/** `over`: what is being read ends before the byte. */
function stepWithin(
  state: Exclude<State, { kind: 'between' | 'finished' }>,
  byte: number,
  dialect: Dialect,
): State | 'over' | undefined {
  switch (state.kind) {
    case 'word':
      return isNameByte(byte) ? readOn(state, byte) : 'over';
    case 'quoted':
      return !state.isClosed || byte === state.closing ? stepQuoted(state, byte) : 'over';
    case 'string':
      return !state.isClosed || byte === APOSTROPHE ? stepString(state, byte, dialect) : 'over';
    case 'number':
      return stepNumber(state, byte);
    case 'sign': {
      const text = state.text + String.fromCharCode(byte);
      const options = state.options.filter(({ terminal }) => signOf(terminal).startsWith(text));
      return options.length > 0 ? { ...state, options, text } : 'over';
    }
  }
}

function stepBetween(state: State & { kind: 'between' }, byte: number, dialect: Dialect): State | undefined {
  const ahead = aheadOf(state.next);
  if (isSpace(byte)) return mayBeSpaced(ahead) ? addSpace(state, byte, isStrict(state)) : undefined;
  if (byte === SEMICOLON) return ahead.isComplete ? { kind: 'finished' } : undefined;
  const isGlued = state.nSpaces === 0 && !state.hasLineFeed;
  const options = ahead.options.filter(
    (option) =>
      (isGlued || !('isGlued' in option.terminal && option.terminal.isGlued)) &&
      (!state.hasLineFeed || mayBeginLine(option)),
  );
  if (byte === APOSTROPHE) return startString(options) ?? startLiteral(options);
  const closing = QUOTES[dialect].get(byte);
  if (closing !== undefined) return startQuoted(options, choicesOf(state.next), closing);
  // Two of them would begin a comment.
  if (byte === MINUS && isGlued && state.last === MINUS) return undefined;
  if (isDigit(byte)) return startNumber(options, byte);
  if (isNameByte(byte)) return startWordOnce(state, options, byte);
  return startSign(options, byte);
}

/** Words that a line begins with. */
const CLAUSES = new Set(
  'from where join left inner right full group having order limit union except intersect and or select when else end'.split(
    ' ',
  ),
);

/** Broken in the middle of a clause, a statement is hard to read. */
function mayBeginLine({ terminal, scope }: Option): boolean {
  if (!scope.catalog.isStrict) return true;
  return terminal.kind === 'keyword' && terminal.list.words.some(({ key }) => CLAUSES.has(key));
}

function isStrict({ next }: State & { kind: 'between' }): boolean {
  return next.threads[0]?.scope.catalog.isStrict === true;
}

/** Something may follow that is not glued to what stands here. */
function mayBeSpaced({ options, isComplete: isOver }: Ahead): boolean {
  return isOver || options.some(({ terminal }) => !('isGlued' in terminal && terminal.isGlued));
}

/** A space, or a line break with an indentation. */
function addSpace(state: State & { kind: 'between' }, byte: number, isStrict: boolean): State | undefined {
  if (byte === LINE_FEED)
    return state.hasLineFeed || !aheadOf(state.next).options.some(mayBeginLine)
      ? undefined
      : { ...state, hasLineFeed: true, nSpaces: 0 };
  const most = !state.hasLineFeed ? 1 : isStrict ? STRICT_SPACES : MAX_SPACES;
  return (byte === SPACE || byte === TAB) && state.nSpaces < most
    ? { ...state, nSpaces: state.nSpaces + 1 }
    : undefined;
}

/** A word behind a space is that without one, unless something must be glued. */
function startWordOnce(
  { next, last, nSpaces, hasLineFeed }: State & { kind: 'between' },
  options: readonly Option[],
  byte: number,
): State | undefined {
  if ((last === POINT && nSpaces === 0) || hasLineFeed) return startWord(options, choicesOf(next), byte);
  if (!next.words.has(byte)) next.words.set(byte, startWord(options, choicesOf(next), byte));
  return next.words.get(byte);
}

function startWord(options: readonly Option[], choices: Choices, byte: number): State | undefined {
  const readings = options.flatMap((option): Reading[] => {
    const { terminal } = option;
    if (terminal.kind === 'new-name') return isDigit(byte) ? [] : [{ option, cursor: undefined }];
    const starts =
      terminal.kind === 'keyword'
        ? [startAt(terminal.list, option)]
        : (choices.get(option) ?? []).map(({ names, filter }) => startAt(names.plain, option, filter));
    return starts
      .map((cursor) => cursor && advance(cursor, byte))
      .filter(isThere)
      .map((cursor) => ({ option, cursor }));
  });
  return readings.length === 0 ? undefined : { kind: 'word', readings, text: String.fromCharCode(byte) };
}

function startQuoted(options: readonly Option[], choices: Choices, closing: number): State | undefined {
  const readings = options.flatMap((option): Reading[] => {
    const { isStrict, dialect } = option.scope.catalog;
    if (isStrict && closing !== (dialect === 'mysql' ? BACK_TICK : QUOTE)) return [];
    if (option.terminal.kind === 'new-name') return isStrict ? [] : [{ option, cursor: undefined }];
    return (choices.get(option) ?? [])
      .map(({ names, filter }) =>
        startOf(
          isStrict ? names.onlyQuoted : names.quoted,
          closing === BRACKET ? withoutBracket(filter) : filter,
        ),
      )
      .filter(isThere)
      .map((cursor) => ({ option, cursor }));
  });
  return readings.length === 0 ? undefined : { kind: 'quoted', readings, text: '', closing, isClosed: false };
}

/** A name with this bracket cannot be written between two. */
function withoutBracket(filter: Cursor['filter']): Filter {
  return new Filter((key) => !key.includes(']') && filter?.accepts(key) !== false);
}

/** What a name that is made up may hold: nothing that would have to be doubled in quotes. */
function isPlain(byte: number): boolean {
  return byte >= 0x80 || isTextByte(byte);
}

function readOn<S extends State & { readings: readonly Reading[]; text: string }>(
  state: S,
  byte: number,
): S | undefined {
  const readings: Reading[] = [];
  for (const reading of state.readings) {
    const cursor = reading.cursor && advance(reading.cursor, byte);
    if (cursor !== undefined || (reading.cursor === undefined && isPlain(byte)))
      readings.push({ option: reading.option, cursor });
  }
  return readings.length === 0
    ? undefined
    : { ...state, readings, text: state.text + String.fromCharCode(byte) };
}

/** A closing sign that is doubled belongs to the name. */
function stepQuoted(state: State & { kind: 'quoted' }, byte: number): State | undefined {
  const { closing, isClosed } = state;
  if (byte === closing && !isClosed) {
    const closed: State = { ...state, isClosed: true };
    const isDoubled = closing !== BRACKET && readOn(state, byte) !== undefined;
    return isDoubled || end(closed) !== undefined ? closed : undefined;
  }
  if (isControl(byte)) return undefined;
  // "]]" is no bracket within a name.
  if (isClosed && closing === BRACKET) return undefined;
  return readOn(isClosed ? { ...state, isClosed: false } : state, byte);
}

function startString(options: readonly Option[]): State | undefined {
  const threads = threadsBehind(options.filter(({ terminal }) => terminal.kind === 'string'));
  return threads.length === 0 ? undefined : { kind: 'string', threads, isClosed: false };
}

/** One text of a list, read as a quoted name is. */
function startLiteral(options: readonly Option[]): State | undefined {
  const readings = options.flatMap((option): Reading[] => {
    const cursor =
      option.terminal.kind === 'literal' ? startOf(option.terminal.list(option.scope)) : undefined;
    return cursor === undefined ? [] : [{ option, cursor }];
  });
  return readings.length === 0
    ? undefined
    : { kind: 'quoted', readings, text: '', closing: APOSTROPHE, isClosed: false };
}

function stepString(state: State & { kind: 'string' }, byte: number, dialect: Dialect): State | undefined {
  if (byte === APOSTROPHE) return { ...state, isClosed: !state.isClosed };
  // What a backslash means in MySQL depends on its settings.
  return isControl(byte) || (byte === BACKSLASH && dialect === 'mysql') ? undefined : state;
}

function startNumber(options: readonly Option[], byte: number): State | undefined {
  return numberOf(options, String.fromCharCode(byte));
}

function stepNumber(state: State & { kind: 'number' }, byte: number): State | 'over' | undefined {
  if (isDigit(byte) || (byte === POINT && !state.text.includes('.')))
    return numberOf(state.options, state.text + String.fromCharCode(byte));
  return byte === POINT || isNameByte(byte) ? undefined : 'over';
}

/** With those options that a number may be which begins so. */
function numberOf(options: readonly Option[], text: string): State | undefined {
  const possible = options.filter(({ terminal, scope }) => {
    if (terminal.kind === 'integer')
      return !text.includes('.') && terminal.take(scope, Number(text)) !== undefined;
    if (terminal.kind !== 'number') return false;
    const known = terminal.of(scope);
    return known === undefined || [...known].some((one) => one.startsWith(text));
  });
  return possible.length === 0 ? undefined : { kind: 'number', options: possible, text };
}

function startSign(options: readonly Option[], byte: number): State | undefined {
  const text = String.fromCharCode(byte);
  const signs = options.filter(({ terminal }) => signOf(terminal).startsWith(text));
  return signs.length === 0 ? undefined : { kind: 'sign', options: signs, text };
}

/** Without looking for a word that the filter takes: the first byte makes them fewer. */
function startAt(list: Cursor['list'], { scope }: Option, filter?: Cursor['filter']): Cursor | undefined {
  const cursor = startOf(scope.catalog.isStrict ? exactly(list) : list);
  return cursor && { ...cursor, filter };
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
