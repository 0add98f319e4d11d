import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/userError.ts';
import type { Generated, GenerateRequest, StopReason } from '../../../src/model/generation.ts';
import { DEFAULT_PROMPTS } from '../../../src/model/prompts.ts';
import { commentToSql, readStatement, shrinkingSchemas } from '../../../src/tasks/commentToSql.ts';

const MODEL = { name: 'Tiny', prompts: DEFAULT_PROMPTS };
const TABLES = [
  'CREATE TABLE customers (id int, name text);',
  'CREATE TABLE orders (id int, customer_id int, total int);',
  'CREATE TABLE logs (line text);',
];

const generated = (text: string, stopReason: StopReason = 'rule') => ({ text, stopReason }) as Generated;

/** A model whose window takes prompts of this many characters. */
function scripted(text: string, roomCharacters = Infinity) {
  const prompts: string[] = [];
  const generate = ({ prompt }: GenerateRequest): Promise<Generated> => {
    const body = prompt.kind === 'text' ? prompt.body : '';
    if (body.length > roomCharacters) return Promise.reject(new UserError('too-long', 'Too long.'));
    prompts.push(body);
    return Promise.resolve(generated(text));
  };
  return { prompts, generate };
}

it('shows the model the tables and the question, and reads one statement', async () => {
  const { prompts, generate } = scripted(' SELECT 1;');
  const answer = await commentToSql(
    { question: 'how many\n  $& customers?', tables: TABLES },
    MODEL,
    generate,
  );
  expect(answer).toEqual({ sql: 'SELECT 1;', nTablesLeftOut: 0 });
  expect(prompts).toEqual([`${TABLES.join('\n\n')}\n\n-- how many $& customers?\n`]);
});

describe('where not all tables fit', () => {
  it('those that share least with the question go first, in the order of the file', () => {
    expect([...shrinkingSchemas(TABLES, 'total of each customer')]).toEqual([
      TABLES,
      [TABLES[0], TABLES[1]],
      [TABLES[1]],
    ]);
    expect([...shrinkingSchemas(TABLES, 'something else')]).toEqual([
      TABLES,
      TABLES.slice(0, 2),
      TABLES.slice(0, 1),
    ]);
    expect([...shrinkingSchemas(TABLES, 'all LOGS')].at(-1)).toEqual([TABLES[2]]);
    expect([...shrinkingSchemas(TABLES.slice(0, 1), 'x')]).toEqual([TABLES.slice(0, 1)]);
  });

  it('as many are kept as do', async () => {
    const { prompts, generate } = scripted('SELECT 1;', 140);
    const answer = await commentToSql(
      { question: 'the total of customers', tables: TABLES },
      MODEL,
      generate,
    );
    expect(answer.nTablesLeftOut).toBe(1);
    expect(prompts[0]).not.toContain('logs');
  });

  it('it says so where not even one does', async () => {
    const work = commentToSql({ question: 'x', tables: TABLES }, MODEL, scripted('', 10).generate);
    await expect(work).rejects.toMatchObject({ code: 'too-long' });
  });

  it('a file of a thousand tables is soon through', () => {
    const many = Array.from(
      { length: 1_000 },
      (_, n) => `CREATE TABLE t${n} (${'column int, '.repeat(20)} x${n % 7} int);`,
    );
    const startMs = performance.now();
    expect([...shrinkingSchemas(many, 'x3 of t5')]).toHaveLength(1_000);
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });
});

describe('the statement', () => {
  it.each([
    ['SELECT 1;', 'rule', 'SELECT 1;'],
    ['\n SELECT 1\nFROM a; \n', 'rule', 'SELECT 1\nFROM a;'],
    ['SELECT 1', 'end-of-text', 'SELECT 1;'],
    ['SELECT 1', 'rule', 'SELECT 1;'],
    ['SELECT 1;', 'length', 'SELECT 1;'],
  ] as const)('%j after %s', (text, stopReason, expected) => {
    expect(readStatement(generated(text, stopReason))).toBe(expected);
  });

  it.each([
    ['', 'rule'],
    ['  \n', 'end-of-text'],
    ['SELECT a, b, c', 'length'],
    ['SELECT a, b, c', 'window'],
  ] as const)('%j after %s is none', (text, stopReason) => {
    expect(() => readStatement(generated(text, stopReason))).toThrow(UserError);
  });
});

it.each([
  ['an empty comment', { question: ' \n', tables: TABLES }, MODEL, 'bad-argument'],
  ['no tables', { question: 'x', tables: [] }, MODEL, 'bad-argument'],
  [
    'a model that was not made for it',
    { question: 'x', tables: TABLES },
    { name: 'Tiny', prompts: {} },
    'bad-model',
  ],
] as const)('fails with a sentence for %s', async (_, question, model, code) => {
  await expect(commentToSql(question, model, scripted('SELECT 1;').generate)).rejects.toMatchObject({ code });
});
