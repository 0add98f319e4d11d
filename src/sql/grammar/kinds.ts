/** What columns hold, as far as their declared types say. */

/** `any`: nothing is known. */
export type Kind = 'number' | 'text' | 'truth' | 'day' | 'any';

/** The order matters: DATETIME holds TIME, "bigint" INT; the first that fits counts. */
const KINDS: readonly (readonly [type: RegExp, kind: Kind])[] = [
  [/bool|^bit$/i, 'truth'],
  [/date|time/i, 'day'],
  [/interval|point|json|array|\[\]/i, 'any'],
  [/int|^year|serial|real|floa|doub|numeric|decimal|money|^number/i, 'number'],
  [/char|text|clob|string|uuid|enum|^set/i, 'text'],
];

export function kindOf(type: string): Kind {
  return KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? 'any';
}

/** Whether the one may stand beside the other in a comparison: SQLite keeps days as texts. */
export function areComparable(a: Kind, b: Kind): boolean {
  if (a === b || a === 'any' || b === 'any') return true;
  return a !== 'number' && a !== 'truth' && b !== 'number' && b !== 'truth';
}
