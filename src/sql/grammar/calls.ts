/** Calls of the functions that a dialect has, with as many arguments as each takes. */
import type { Dialect } from '../../model/databaseSchema.ts';
import { FUNCTIONS, type Arguments, type FunctionGroup } from './functions.ts';
import { areComparable, type Kind } from './kinds.ts';
import {
  act,
  either,
  glued,
  guard,
  make,
  optional,
  perKey,
  repeat,
  sequence,
  word,
  type Node,
} from './nodes.ts';
import { withUnnamedPart, type Scope } from './scope.ts';

/** What may stand between the brackets of a function. */
export type ArgumentsOf = (group: FunctionGroup, isAggregate: boolean) => Node;

/** Calls within calls that are still read: a model that has lost its way would go on for ever. */
const MAX_CALLS = 3;
const MAX_CAREFUL_CALLS = 2;

/** Of a function that takes any number of arguments, so many are counted. */
const MANY = 6;

const unnamed = act(withUnnamedPart);
export const enterCall = act((scope) => ({ ...scope, nCalls: scope.nCalls + 1 }));
export const leaveCall = act((scope) => ({ ...scope, nCalls: scope.nCalls - 1 }));
export const mayCall = guard(
  ({ nCalls, catalog }) => nCalls < (catalog.isStrict ? MAX_CAREFUL_CALLS : MAX_CALLS),
);

const within = act((before) => ({
  ...withUnnamedPart(before),
  ...{ mayAggregate: false, isAggregating: true },
}));
const behind = act((after) => ({
  ...{ ...after, mayAggregate: true, isAggregating: false },
  item: { ...after.item, isAggregate: true },
}));

type May = (call: { readonly group: FunctionGroup; readonly isAggregate: boolean }) => boolean;

/**
 * Calls of every function that may stand here.
 *
 * @param may those that are left; absent: all
 */
export function functionCalls(argumentsOf: ArgumentsOf, may: May = () => true): Node {
  const callsOf = perKey((key: `${Dialect} ${'all' | Kind} ${'aggregates' | 'plain'}`) => {
    const [dialect, kind, which] = key.split(' ') as [Dialect, 'all' | Kind, string];
    const { plain, aggregates } = FUNCTIONS[dialect];
    const gives = ({ gives: given = 'any', isRare }: FunctionGroup) =>
      kind === 'all' || (isRare !== true && areComparable(given, kind));
    const calls = plain
      .filter((group) => gives(group) && may({ group, isAggregate: false }))
      .map((group) => callOf(group, [unnamed, enterCall, argumentsOf(group, false), leaveCall]));
    if (which === 'plain') return either(...calls);
    const sums = aggregates
      .filter((group) => gives(group) && may({ group, isAggregate: true }))
      .map((group) => callOf(group, [within, argumentsOf(group, true), behind]));
    return either(...calls, ...sums);
  });
  const calls = make(({ mayAggregate, expected, catalog: { dialect, isStrict } }) =>
    callsOf(
      `${dialect} ${isStrict ? (expected?.kind ?? 'any') : 'all'} ${mayAggregate ? 'aggregates' : 'plain'}`,
    ),
  );
  return sequence(mayCall, calls);
}

function callOf(group: FunctionGroup, within: readonly Node[]): Node {
  const expecting = act((scope) => ({ ...scope, expected: expectedBy(group, scope) }));
  const giving = act((scope) => ({ ...scope, expected: undefined, compared: givenBy(group, scope) }));
  return sequence(word(...group.names), glued('('), expecting, ...within, ')', giving);
}

/** What comes out as it went in goes in as it should come out. */
function expectedBy({ of, gives, isSum }: FunctionGroup, { expected }: Scope): Scope['expected'] {
  if (of !== undefined) return { kind: of, isMeasure: isSum === true };
  return gives === undefined ? expected && { ...expected, but: [] } : undefined;
}

function givenBy({ gives }: FunctionGroup, { compared }: Scope): Scope['compared'] {
  return { kind: gives ?? compared.kind };
}

/** @param first the first of them; others are `further` */
export function listOf(takes: Arguments, first: Node, further = first): Node {
  if (takes === 'rows') return either('*', sequence(optional('DISTINCT'), first));
  const [least, most] = typeof takes === 'number' ? [takes, takes] : takes;
  if (most === 0) return sequence();
  const more = Array.from({ length: Math.min(most, MANY) - 1 }, (_, index) => index + 2).reduceRight<Node>(
    (rest, n) => (n <= least ? sequence(',', further, rest) : optional(',', further, rest)),
    most > MANY ? repeat(',', further) : sequence(),
  );
  const all = sequence(first, more);
  return least === 0 ? optional(all) : all;
}

/** What an aggregate takes: its only argument may be DISTINCT. */
export function aggregated(takes: Arguments, first: Node, further = first): Node {
  return takes === 1 ? sequence(optional('DISTINCT'), first) : listOf(takes, first, further);
}
