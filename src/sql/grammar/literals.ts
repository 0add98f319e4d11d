/**
 * Constants that a careful person writes: what the question says, what the schema's constraints name, and the forms that
 * dates have. A model that knows neither makes up `'workshop'` where the question holds no such value.
 */
import { wordList, type WordList } from './wordList.ts';

export type Literals = {
  /** What a column is compared with. */
  readonly texts: WordList;
  readonly days: WordList;
  /** Behind LIKE. */
  readonly patterns: WordList;
  /** What stands between texts that are joined. */
  readonly joints: WordList;
  /** Forms of dates. */
  readonly formats: WordList;
  /** Parts of dates. */
  readonly parts: WordList;
  /** The present moment, and what leads from a day to another. */
  readonly spans: WordList;
  /** What is compared or added, in digits as they are written, without a sign: those of the question, nothing and one. */
  readonly numbers: ReadonlySet<string>;
  /** Those of the question alone. */
  readonly ownNumbers: ReadonlySet<string>;
  /** What is multiplied with, or divided by: also a percentage's whole, and what makes a division exact. */
  readonly factors: ReadonlySet<string>;
  /** Places in a text, or behind the point of a number; of dates, where the parts end. */
  readonly places: ReadonlySet<string>;
  /** For LIMIT and OFFSET: the third comes behind two. */
  readonly counts: ReadonlySet<string>;
};

/** A longer run of words is no value; and of a long question, so many runs are enough. */
const MAX_WORDS = 8;
const MAX_RUNS = 1000;
const MAX_YEARS = 20;
const MAX_QUOTED = 80;

const QUOTED = [/"([^"]+)"/g, /'([^']+)'(?!\w)/g, /“([^”]+)”/g, /‘([^’]+)’/g, /„([^“]+)“/g];

/** @param known texts that the schema's constraints and defaults name */
export function literalsOf(question: string, known: readonly string[]): Literals {
  const phrases = [...new Set([...phrasesOf(question), ...known])].filter(isWritable);
  const days = [...new Set([...phrases.filter((phrase) => DAY.test(phrase)), ...daysOf(question)])];
  const ownNumbers = new Set([...numbersOf(question), ...known.filter((text) => /^\d+$/.test(text))]);
  const numbers = new Set([...ownNumbers, '0', '1']);
  return {
    texts: listOf([...phrases.flatMap(inUsualCases), ...days]),
    days: listOf(days),
    patterns: listOf(
      phrases.flatMap(inUsualCases).flatMap((phrase) => [`${phrase}%`, `%${phrase}`, `%${phrase}%`]),
    ),
    joints: listOf([', ', ' ', '; ', '-', ' - ', '/', ': ']),
    formats: listOf(FORMATS),
    parts: listOf(PARTS),
    spans: listOf(['now', 'start of year', 'start of month', 'start of day', ...spansOf(question)]),
    ...{ numbers, ownNumbers, factors: new Set([...ownNumbers, '100', '1.0', '100.0']) },
    places: new Set([...ownNumbers, '0', '1', '2', '4', '7', '10']),
    counts: new Set(
      ['1', ...ownNumbers]
        .filter((text) => /^[1-9]\d*$/.test(text))
        .flatMap((text) => [text, `${Number(text) - 1}`]),
    ),
  };
}

/** A day or a time of day, as far as it goes. */
const DAY = /^\d{4}(?:-\d\d){1,2}(?:[ T]\d\d:\d\d(?::\d\d)?)?$|^\d\d:\d\d(?::\d\d)?$/;

/** Case counts, so that each is written in the case that is given. */
function listOf(texts: readonly string[]): WordList {
  return wordList(
    [...new Set(texts)].map((text) => ({ text, key: text })),
    true,
  );
}

/** As it is, and as a database may have it. */
function inUsualCases(phrase: string): string[] {
  const capitals = phrase.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase());
  return [phrase, capitals, phrase.toLowerCase(), phrase.toUpperCase()];
}

/** What a backslash means depends on the database; a control character is never meant. */
function isWritable(text: string): boolean {
  return text !== '' && !/[\\\p{Cc}]/u.test(text);
}

/**
 * Every run of a few words that begins and ends with one that says something, with its last word's plural or genitive
 * taken for the word itself as well; and what stands in quotes.
 */
function phrasesOf(question: string): string[] {
  const quoted = QUOTED.flatMap((pattern) => [...question.matchAll(pattern)].map(([, text = '']) => text));
  const words = [...question.matchAll(/[\p{L}\p{N}_]+(?:['’][\p{L}\p{N}_]+)*/gu)].map(
    ({ 0: text, index }) => ({
      ...{ from: index, to: index + text.length },
      // A name has a capital, and so has the first word of a sentence.
      isEmpty: FUNCTION_WORDS.has(index === 0 ? text.toLowerCase() : text),
    }),
  );
  const most = Math.min(MAX_WORDS, Math.max(1, Math.floor(MAX_RUNS / words.length)));
  const runs = words.flatMap(({ from, isEmpty }, index) =>
    isEmpty
      ? []
      : words
          .slice(index, index + most)
          .flatMap((last) => (last.isEmpty ? [] : [question.slice(from, last.to)])),
  );
  const singular = runs.flatMap((run) => /^(.*[^s'’])['’]?s$/su.exec(run)?.[1] ?? []);
  return [...quoted.filter((text) => text.length <= MAX_QUOTED), ...runs, ...singular];
}

/** English words that only hold a question together, and those that say what is wanted of the rows. */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  `a an the of in on at to for from by with without and or not no nor but if then than that which who whom whose what
  when where why how is are was were be been being has have had do does did can could will would shall should may might
  must i we you he she it they me us him her them my our your his its their mine this these those there here as so such
  each every any all some both either neither only just also too very more most less least many much few other another
  same own per about over under above below between after before since until during again ever never yet still once
  show list give find get return select display fetch print output query calculate compute look need want count number
  sum average total name names sorted ordered order`.split(/\s+/),
);

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);

/** Each day, month and year of the years that the question names, and the days around them; months alone by number. */
function daysOf(question: string): string[] {
  const years = [...question.matchAll(/(?<!\d)[12]\d{3}(?!\d)/g)].map(([year]) => Number(year));
  const ofYears = [...new Set(years)]
    .slice(0, MAX_YEARS)
    .flatMap((year) => [
      `${year}`,
      ...numbered(12).flatMap((month) => [
        `${year}-${month}`,
        ...numbered(31).map((day) => `${year}-${month}-${day}`),
      ]),
      `${year - 1}-12-31`,
      `${year + 1}-01-01`,
    ]);
  const said = question.toLowerCase();
  const months = MONTHS.flatMap((name, index) => (said.includes(name) ? [twoDigits(index + 1)] : []));
  return [...ofYears, ...months];
}

function numbered(most: number): string[] {
  return Array.from({ length: most }, (_, index) => twoDigits(index + 1));
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}

/** SQLite's and MySQL's, and PostgreSQL's. */
const FORMATS = [
  ...['%Y', '%Y-%m', '%Y-%m-%d', '%m', '%d', '%w', '%H', '%H:%M', '%W', '%j'],
  ...['YYYY', 'YYYY-MM', 'YYYY-MM-DD', 'MM', 'DD', 'HH24'],
];

const PARTS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'dow'];

/** "-7 days", for each number of the question and for one. */
function spansOf(question: string): string[] {
  const week = /week/i.test(question) ? ['7'] : [];
  const counts = ['1', ...numbersOf(question), ...week].filter((text) => /^[1-9]\d{0,2}$/.test(text));
  return counts.flatMap((count) =>
    ['day', 'month', 'year', 'hour', 'minute'].flatMap((unit) =>
      ['-', '+'].map((sign) => `${sign}${count} ${unit}${count === '1' ? '' : 's'}`),
    ),
  );
}

const NUMBER_WORDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ zero: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10 },
    ...{ eleven: 11, twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17 },
    ...{ eighteen: 18, nineteen: 19, twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70 },
    ...{ eighty: 80, ninety: 90, hundred: 100, thousand: 1000, million: 1e6, dozen: 12, half: 0.5 },
    ...{ first: 1, second: 2, third: 3, fourth: 4, fifth: 5, single: 1, once: 1, twice: 2, both: 2, pair: 2 },
  }),
);

/** What another unit, or a word behind a number, makes of it. */
const UNITS: readonly (readonly [word: RegExp, factors: readonly number[]])[] = [
  [/hour|minute/, [60, 3600, 1 / 60]],
  [/day|week/, [7, 24]],
  [/\b(?:k[gm]|kilo\w*|tonnes?|met(?:re|er)s?|lit(?:re|er)s?|[mtg])\b/, [1000, 100, 0.001]],
  [/percent|per cent|%/, [0.01]],
  [/hundred/, [100]],
  [/thousand|\d\s?k\b/, [1000]],
  [/million/, [1e6]],
];

function numbersOf(question: string): ReadonlySet<string> {
  const said = question.toLowerCase().replace(/(\d),(?=\d{3}\b)/g, '$1');
  const digits = said.match(/\d+(?:\.\d+)?/g) ?? [];
  const words = (said.match(/[a-z]+/g) ?? []).map((word) => NUMBER_WORDS.get(word));
  const plain = [...digits.map(Number), ...words.filter((n) => n !== undefined)];
  const factors = UNITS.flatMap(([unit, by]) => (unit.test(said) ? by : []));
  const scaled = plain.flatMap((n) => factors.map((factor) => Number((n * factor).toPrecision(12))));
  const all = [...plain, ...scaled].map(String).filter((text) => /^\d+(?:\.\d+)?$/.test(text));
  return new Set([...digits, ...all]);
}
