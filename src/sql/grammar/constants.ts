/** Constants, of which a careful person writes those that the question and the schema give (literals.ts). */
import type { Kind } from './kinds.ts';
import { act, either, literalOf, make, numberOf, sequence, word, type Node } from './nodes.ts';
import { withUnnamedPart } from './scope.ts';

const unnamed = act(withUnnamedPart);

const numberIn = (list: 'numbers' | 'ownNumbers' | 'factors' | 'places') =>
  sequence(
    numberOf(({ catalog }) => catalog.literals[list]),
    unnamed,
  );

export const number = numberIn('numbers');
/** Of a key, only the question can say which. */
export const ownNumber = numberIn('ownNumbers');
export const factor = numberIn('factors');
export const place = numberIn('places');
export const text = sequence(
  literalOf(({ catalog }) => catalog.literals.texts),
  unnamed,
);
const day = sequence(
  either(
    literalOf(({ catalog }) => catalog.literals.days),
    word('CURRENT_DATE', 'CURRENT_TIMESTAMP'),
  ),
  unnamed,
);
const truth = sequence(word('TRUE', 'FALSE'), unnamed);
/** Between texts that are joined. */
export const joint = literalOf(({ catalog }) => catalog.literals.joints);
export const format = literalOf(({ catalog }) => catalog.literals.formats);
export const part = literalOf(({ catalog }) => catalog.literals.parts);
export const span = literalOf(({ catalog }) => catalog.literals.spans);

/** What SELECT has behind EXISTS. */
export const ONE = numberOf(() => new Set(['1']));

/** Constants that something of a kind can be compared with. */
const CONSTANTS: Readonly<Record<Kind, Node>> = {
  number: either(number, sequence('-', number)),
  text,
  truth,
  day,
  any: either(number, sequence('-', number), text, day),
};
/** What can be compared with what stands on the left. */
export const constant = make(({ compared: { kind, equals } }) =>
  equals !== undefined && kind === 'number' ? ownNumber : CONSTANTS[kind],
);
