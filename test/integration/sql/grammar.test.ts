/** The grammar beside the real SQLite: what the one takes, the other prepares. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/seededRandom.ts';
import { Preparer } from '../../../src/database/preparer.ts';
import { CARELESS, KNOWN_TEXTS, LIBRARY, QUESTION, TAKEN } from '../../support/carefulStatements.ts';
import { linkedSchema, randomSchema } from '../../support/randomSchema.ts';
import { Masks } from '../../support/sqlReading.ts';
import { REFUSED, SHOP, STATEMENTS } from '../../support/sqlStatements.ts';
import { RandomWriter } from '../../support/randomWriter.ts';

const preparer = new Preparer();

it.each(STATEMENTS)('SQLite prepares %s', (statement) => {
  expect(preparer.prepare(SHOP, statement).problem).toBeUndefined();
});

describe('what the grammar refuses is no SQL over the schema', () => {
  // Refused for other reasons: it is one statement without remarks that is wanted.
  const allowed = new Set(['a second statement', 'a comment']);
  it.each(REFUSED.filter(([, why]) => !allowed.has(why)))('%s: %s', (statement) => {
    expect(preparer.prepare(SHOP, statement).problem).toBeDefined();
  });
});

it.each([...TAKEN, ...CARELESS.map(([statement]) => statement)])('SQLite prepares %s', (statement) => {
  expect(preparer.prepare(LIBRARY, statement).problem).toBeUndefined();
});

it.each([
  ['any SQL', STATEMENTS, randomSchema, {}],
  ['as for a question', TAKEN, linkedSchema, { question: QUESTION, knownTexts: KNOWN_TEXTS }],
] as const)(
  'what is written at random under the mask, over random schemas, SQLite prepares: %s',
  (_, examples, newSchema, options) => {
    const random = seededRandom(7);
    const writer = new RandomWriter(new Masks('gpt2'), examples, random);
    const written = Array.from({ length: 150 }, () => {
      const schema = newSchema(random);
      const { sql, end } = writer.write(schema, options);
      const problem = end === 'finished' ? preparer.prepare(schema, sql).problem : undefined;
      return { sql, end, problem, schema };
    });
    const over = written.filter(({ end }) => end !== 'long');
    // Nothing could follow, or SQLite refuses what came.
    const failed = over.filter(({ end, problem }) => end === 'stuck' || problem !== undefined);
    expect(over.length).toBeGreaterThan(25);
    expect(failed.length / over.length, JSON.stringify(failed, undefined, 1)).toBeLessThanOrEqual(0.02);
  },
);
