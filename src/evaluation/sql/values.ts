/** Random values that fit a column, among them those that a query looks for and their neighbours. */
import type { SqlValue } from './database.ts';
import type { Column } from './tables.ts';

export type Random = () => number;

/** How often a value is one that the query names, or is next to it. */
const LITERAL_SHARE = 0.45;
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse('2015-01-01');
const N_DAYS = 3_650;
/** Narrow ranges make groups and ties, wide ones make nearly distinct values. */
const WIDTHS = [8, 60, 900];
const DATE = /^\d{4}(?:-\d\d(?:-\d\d)?)?/;

/** One database's way to fill one column. */
export function valuesOf(column: Column, literals: readonly string[], random: Random): () => SqlValue {
  const numbers = literals.map(Number).filter(Number.isFinite);
  switch (kindOf(column, literals)) {
    case 'truth':
      return () => whole(random, 2);
    case 'whole':
      return wholeNumbers(column, numbers, random);
    case 'decimal':
      return decimals(numbers, random);
    case 'date':
      return () => new Date(someDay(literals, random)).toISOString().slice(0, 10);
    case 'time':
      return times(literals, random);
    case 'name':
      return () => aLiteral(literals, random, 0.15) ?? `${word(random)} ${word(random)}${word(random)}`;
    case 'text':
      return texts(literals, random);
  }
}

type Kind = 'truth' | 'whole' | 'decimal' | 'date' | 'time' | 'name' | 'text';

/** SQLite has few types, so a text's name says whether it holds dates, or names that are mostly distinct. */
function kindOf({ name, type, isKey }: Column, literals: readonly string[]): Kind {
  if (type.includes('BOOL')) return 'truth';
  if (type.includes('TIME')) return 'time';
  if (type.includes('DATE')) return 'date';
  if (type.includes('INT')) return 'whole';
  if (/REAL|FLOA|DOUB|NUM|DEC/.test(type)) return 'decimal';
  if (literals.some((literal) => /^\d{4}-\d\d-\d\d[ T]/.test(literal)) || /_at$/i.test(name)) return 'time';
  if (literals.some((literal) => /^\d{4}-\d\d/.test(literal)) || /(?:^|_)(?:date|day|on)$/i.test(name))
    return 'date';
  return isKey || /name|title|code|label|email|number/i.test(name) ? 'name' : 'text';
}

function wholeNumbers({ name, isKey }: Column, literals: readonly number[], random: Random): () => number {
  const share = isKey ? LITERAL_SHARE / 10 : LITERAL_SHARE;
  const start = /year/i.test(name) ? 1_960 : 1;
  const width = isKey ? 300 : start > 1 ? 60 : (pick(WIDTHS, random) ?? 0);
  // A key is seldom compared with more than one number, and every row needs its own.
  const [low, high] = (isKey ? undefined : range(literals, 4)) ?? [start, start + width];
  return () => {
    const literal = random() < share ? pick(literals, random) : undefined;
    return literal === undefined
      ? Math.round(low + random() * (high - low))
      : Math.round(literal) + whole(random, 3) - 1;
  };
}

function decimals(literals: readonly number[], random: Random): () => number {
  return () => {
    const literal = random() < LITERAL_SHARE / 3 ? pick(literals, random) : undefined;
    if (literal !== undefined) return literal;
    const [low, high] = range(literals, 0.2) ?? [0, 400];
    return Math.round((low + random() * (high - low)) * 100) / 100;
  };
}

/** Around what the query names, on both sides; below nought only where it names such a number. */
function range(
  literals: readonly number[],
  leastMargin: number,
): readonly [low: number, high: number] | undefined {
  if (literals.length === 0) return undefined;
  const [least, most] = [Math.min(...literals), Math.max(...literals)];
  const margin = Math.max(leastMargin, most - least, Math.abs(most) / 2);
  return [least < 0 ? least - margin : Math.max(0, least - margin), most + margin];
}

/** At midnight, in ms. */
function someDay(literals: readonly string[], random: Random): number {
  const literal = pick(
    literals.filter((text) => DATE.test(text)),
    random,
  );
  const named = Date.parse(completeDay(literal ?? ''));
  if (Number.isNaN(named)) return FIRST_DAY + whole(random, N_DAYS) * DAY_MS;
  const nearDays = random() < LITERAL_SHARE ? whole(random, 3) - 1 : whole(random, 800) - 400;
  return named + nearDays * DAY_MS;
}

/** A year or a month stands for a day in it. */
function completeDay(text: string): string {
  const day = (DATE.exec(text) ?? [''])[0];
  return day + '2000-06-15'.slice(day.length);
}

function times(literals: readonly string[], random: Random): () => string {
  const exact = literals.filter((text) => /^\d{4}-\d\d-\d\d[ T]\d\d/.test(text));
  return () => {
    const named = aLiteral(exact, random, 0.15);
    if (named !== undefined) return named;
    const secondsMs = whole(random, DAY_MS / 1_000) * 1_000;
    return new Date(someDay(literals, random) + secondsMs).toISOString().slice(0, 19).replace('T', ' ');
  };
}

/** From a small stock, so that there is something to group by. */
function texts(literals: readonly string[], random: Random): () => string {
  const stock = Array.from({ length: 3 + whole(random, 6) }, () => word(random));
  return () => aLiteral(literals, random, LITERAL_SHARE) ?? pick(stock, random) ?? '';
}

/** Something that a pattern of LIKE fits is made of it. */
function aLiteral(literals: readonly string[], random: Random, share: number): string | undefined {
  const literal = random() < share ? pick(literals, random) : undefined;
  return literal?.replaceAll('%', () => (random() < 0.5 ? word(random) : ''));
}

const SYLLABLES = [
  'ba',
  'cor',
  'del',
  'fi',
  'gan',
  'hol',
  'ju',
  'ker',
  'lom',
  'mi',
  'nar',
  'pel',
  'ro',
  'sut',
  'ta',
  'vi',
];

function word(random: Random): string {
  return `${pick(SYLLABLES, random) ?? ''}${pick(SYLLABLES, random) ?? ''}`;
}

export function whole(random: Random, below: number): number {
  return Math.floor(random() * below);
}

export function pick<T>(all: readonly T[], random: Random): T | undefined {
  return all[whole(random, all.length)];
}
