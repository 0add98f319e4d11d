/** What a state of the reader says of the bytes that may come next, without trying them. */
import type { ByteClass } from '../../base/grammar.ts';
import type { State } from './state.ts';

const APOSTROPHE = 0x27;
const CLOSING_BRACKET = 0x29;

export function absorbs(state: State): ByteClass | undefined {
  if (state.kind === 'word')
    return state.readings.some(({ cursor }) => cursor === undefined) ? 'word' : undefined;
  if (state.kind === 'number')
    return state.options.some(
      ({ terminal, scope }) => terminal.kind === 'number' && terminal.of(scope) === undefined,
    )
      ? 'digits'
      : undefined;
  if (state.kind === 'string') return state.isClosed ? undefined : 'text';
  if (state.kind !== 'quoted' || state.isClosed) return undefined;
  return state.readings.some(({ cursor }) => cursor === undefined) ? 'text' : undefined;
}

/** What ends the text or the bracket that the state is in. */
export function closerOf(state: State): number {
  if (state.kind === 'string' && !state.isClosed) return APOSTROPHE;
  return state.kind === 'quoted' && !state.isClosed ? state.closing : CLOSING_BRACKET;
}
