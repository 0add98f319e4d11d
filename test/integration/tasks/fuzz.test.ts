/** Files of tasks damaged at random: the answer is a task or a problem with its place, and it comes soon. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { spell } from '../../../src/base/sentence.ts';
import { convertTable } from '../../../src/tasks/table.ts';
import { TABLE_FORMS } from '../../../src/tasks/task.ts';
import { readTaskBytes } from '../../../src/tasks/taskFile.ts';
import { suggestionsAt } from '../../../src/tasks/taskSuggestions.ts';

const ATTEMPTS = 1_500;
const SLOWEST_MS = 1_000;

const BUILT_IN = path.resolve('media/tasks');
const FILES = readdirSync(BUILT_IN).map((name) => readFileSync(path.join(BUILT_IN, name)));

/** What readers of YAML and of prompts trip over. */
const STRANGE = [
  ...[
    '---',
    '&a',
    '*a',
    '!!binary',
    '!<x>',
    '<<:',
    '? ',
    '|',
    '>',
    '%YAML 9',
    '\t',
    '\0',
    '\r',
    '\uFEFF',
    '#',
  ],
  ...['[', '{', '}', '"', "'", ':', '{{', '}}', '{{input}}', '{{__proto__}}', '__proto__: ', 'constructor: '],
  ...[
    '[[[[[[[[',
    '{a: {a: {a: ',
    '1e999',
    '-0',
    '.nan',
    '0x10',
    'null',
    '~',
    'yes',
    '\u2028',
    '😀',
    '\\u0000',
  ],
];

type Random = () => number;
const below = (random: Random, end: number) => Math.floor(random() * end);

function damaged(random: Random): Buffer {
  const whole = FILES[below(random, FILES.length)]!;
  // Most of what can go wrong is in the first lines.
  const at = below(random, random() < 0.7 ? 250 : whole.length);
  const behind = at + below(random, 12);
  switch (below(random, 4)) {
    case 0: {
      const copy = Buffer.from(whole);
      for (let flip = 0; flip < 3; flip++) copy[below(random, copy.length)]! ^= 1 << below(random, 8);
      return copy;
    }
    case 1:
      return whole.subarray(0, at);
    case 2: {
      const strange = STRANGE[below(random, STRANGE.length)]!.repeat(
        1 + below(random, 50) * below(random, 20),
      );
      return Buffer.concat([whole.subarray(0, at), Buffer.from(strange), whole.subarray(behind)]);
    }
    default:
      return Buffer.concat([whole.subarray(0, at), FILES[below(random, FILES.length)]!.subarray(behind)]);
  }
}

it('a damaged file is a task or has a problem, with a place in it', () => {
  let nRefused = 0;
  for (let seed = 1; seed <= ATTEMPTS; seed++) {
    const random = seededRandom(seed);
    const bytes = damaged(random);
    const startMs = performance.now();
    const { task, problems } = readTaskBytes(bytes);
    expect(performance.now() - startMs, `seed ${seed}`).toBeLessThan(SLOWEST_MS);
    expect(task === undefined, `seed ${seed}`).toBe(problems.length > 0);
    for (const { sentence, start, end } of problems) {
      expect(spell(sentence).length, `seed ${seed}`).toBeGreaterThan(10);
      expect(start >= 0 && end > start && start <= bytes.length, `seed ${seed}`).toBe(true);
    }
    if (task !== undefined) {
      expect(Object.getPrototypeOf(task), `seed ${seed}`).toBe(Object.prototype);
      expect(task.template.filter((piece) => piece.kind === 'place' && piece.name === 'input')).toHaveLength(
        1,
      );
    } else nRefused++;
    const text = bytes.toString();
    expect(Array.isArray(suggestionsAt(text, below(random, text.length + 1)))).toBe(true);
  }
  // A fuzzer that never does any harm tries nothing, and one that only does harm does not either.
  expect(nRefused).toBeGreaterThan(ATTEMPTS / 4);
  expect(nRefused).toBeLessThan(ATTEMPTS * 0.95);
  expect(({} as Record<string, unknown>)['a']).toBeUndefined();
});

it('a damaged table is a table or has a problem', () => {
  const tables = ['a,b\n1,"2, 3"\n4,5', '| a | b |\n| --- | --- |\n| 1 | 2 |', '[{"a": 1, "b": "2"}]'];
  let nRefused = 0;
  for (let seed = 1; seed <= ATTEMPTS; seed++) {
    const random = seededRandom(seed);
    const form = below(random, 3);
    const whole = tables[form]!;
    const at = below(random, whole.length);
    const strange = STRANGE[below(random, STRANGE.length)]!;
    const text = whole.slice(0, at) + strange + whole.slice(at + below(random, 4));
    const result = convertTable(text, TABLE_FORMS[form]!, TABLE_FORMS[below(random, 3)]!);
    if ('problem' in result) nRefused++;
    else expect(result.text.length, `seed ${seed}`).toBeGreaterThan(0);
  }
  expect(nRefused).toBeGreaterThan(ATTEMPTS / 10);
});
