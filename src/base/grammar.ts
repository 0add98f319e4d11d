/** What a constraint on an answer is to the engine: a machine that reads bytes and says which may come next. */

/** Bytes that a state may take in any number and order. */
export type ByteClass = 'digits' | 'word' | 'text';

/** States are values: a step gives a new one, so that many continuations can be tried from the same. */
export type Grammar<State = unknown> = {
  readonly initial: State;
  /** undefined: the byte cannot come next. */
  step(state: State, byte: number): State | undefined;
  /** Every text of bytes of this class may come next: spares trying thousands of tokens. */
  absorbs(state: State): ByteClass | undefined;
  /** A byte that only ever closes what stands open, if it may come at all: the way out where room runs short. */
  closer(state: State): number;
  /** The text may end here. */
  isComplete(state: State): boolean;
  /** Nothing may follow. */
  isFinished(state: State): boolean;
};

/** Letters, digits, underscore. */
export function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || isDigitByte(byte) || byte === 0x5f
  );
}

export function isDigitByte(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Everything printable in ASCII that ends no quotation and begins no escape in any language. */
export function isTextByte(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && !QUOTING.has(byte);
}

const QUOTING: ReadonlySet<number> = new Set(Buffer.from('\'"`\\[]'));
