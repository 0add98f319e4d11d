import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/userError.ts';
import type { Schema, Table } from '../../../src/model/databaseSchema.ts';
import type { Generated, GenerateRequest, StopReason } from '../../../src/model/generation.ts';
import { DEFAULT_PROMPTS } from '../../../src/model/prompts.ts';
import { shrinkingSchemas, translateQuestion, type Preparing } from '../../../src/tasks/translateQuestion.ts';

const MODEL = { name: 'Tiny', prompts: DEFAULT_PROMPTS };
const table = (name: string, ...columns: string[]): Table => ({
  name,
  columns: columns.map((column) => ({ name: column, type: 'int' })),
  foreignKeys: [],
  sql: `CREATE TABLE ${name} (${columns.map((column) => `${column} int`).join(', ')});`,
});
const SCHEMA: Schema = {
  dialect: 'sqlite',
  tables: [
    table('customers', 'id', 'name'),
    table('orders', 'id', 'customer_id', 'total'),
    table('logs', 'line'),
  ],
};
const ALONE = { mask: true, candidates: 1 };

/** A model that says one thing after the other, each with the mean ln p behind it; its window takes so many characters. */
function scripted(
  answers: readonly (readonly [text: string, logProbability: number, stopReason?: StopReason])[],
  roomCharacters = Infinity,
) {
  const requests: GenerateRequest[] = [];
  const generate = (request: GenerateRequest): Promise<Generated> => {
    const body = request.prompt.kind === 'text' ? request.prompt.body : '';
    if (body.length > roomCharacters) return Promise.reject(new UserError('too-long', 'Too long.'));
    const [text, logProbability, stopReason = 'rule'] = answers[requests.length] ?? ['', 0];
    requests.push(request);
    return Promise.resolve({ text, stopReason, logProbabilities: [logProbability] } as unknown as Generated);
  };
  return { requests, generate };
}

/** Refuses what holds "bad". */
const prepare: Preparing = (sql) =>
  Promise.resolve(sql.includes('bad') ? { kind: 'refused', problem: 'no' } : { kind: 'prepared' });

it('shows the model the tables and the question, and constrains it to their names', async () => {
  const { requests, generate } = scripted([[' SELECT 1;', -1]]);
  const question = 'how many\n  $& customers?';
  const answer = await translateQuestion({ question, schema: SCHEMA }, ALONE, MODEL, generate);
  expect(answer).toEqual({
    candidates: [{ sql: 'SELECT 1;', meanLogProbability: -1, fate: 'unknown', isGreedy: true }],
    nTablesLeftOut: 0,
  });
  const sql = SCHEMA.tables.map((one) => one.sql).join('\n\n');
  expect(requests[0]!.prompt).toMatchObject({ body: `${sql}\n\n-- how many $& customers?\n` });
  expect(requests[0]!.constraint?.schema.tables.map(({ name }) => name)).toEqual([
    'customers',
    'orders',
    'logs',
  ]);
});

it('constrains its constants to those of the question and of the schema', async () => {
  const { requests, generate } = scripted([[' SELECT 1;', -1]]);
  const sql = "CREATE TABLE tickets (state text DEFAULT 'new' CHECK (state IN ('new', 'it''s done')))";
  const schema = { ...SCHEMA, tables: [{ ...table('tickets', 'state'), sql }] };
  await translateQuestion({ question: 'open ones', schema }, ALONE, MODEL, generate);
  expect(requests[0]!.constraint).toMatchObject({
    question: 'open ones',
    knownTexts: ['new', "it's done"],
    schema: { tables: [{ name: 'tickets', columns: [{ name: 'state', type: 'int' }] }] },
  });
});

it('without the mask, the end of the statement is found by rules', async () => {
  const { requests, generate } = scripted([['SELECT 1;', -1]]);
  await translateQuestion({ question: 'x', schema: SCHEMA }, { ...ALONE, mask: false }, MODEL, generate);
  expect(requests[0]!.constraint).toBeUndefined();
  expect(requests[0]!.stop).toContainEqual({ kind: 'behind', text: ';' });
});

it('of several answers, those that prepare come first, the most likely at the front, each once', async () => {
  const { requests, generate } = scripted([
    ['SELECT bad;', -0.1],
    ['SELECT 2;', -0.7],
    ['SELECT 3;', -0.3],
    ['SELECT 2;', -0.7],
    ['SELECT 4', -0.2, 'length'],
  ]);
  const options = { mask: true, candidates: 5, prepare };
  const { candidates } = await translateQuestion({ question: 'x', schema: SCHEMA }, options, MODEL, generate);
  expect(candidates.map(({ sql, fate }) => [sql, fate])).toEqual([
    ['SELECT 3;', 'prepared'],
    ['SELECT 2;', 'prepared'],
    ['SELECT bad;', 'refused'],
    ['SELECT 4', 'unfinished'],
  ]);
  expect(candidates[2]).toMatchObject({ problem: 'no', isGreedy: true });
  expect(requests.map(({ sampling }) => ('seed' in sampling ? sampling.seed : 'greedy'))).toEqual([
    'greedy',
    1,
    2,
    3,
    4,
  ]);
});

it.each([
  ['goes on where nothing is of use, until something is', 3, 4],
  ['gives up after a while', 99, 6],
])('%s', async (_, nUseless, nAsked) => {
  const useless = Array.from({ length: nUseless }, () => ['SELECT 4', -0.2, 'length'] as const);
  const { requests, generate } = scripted([...useless, ['SELECT 5;', -1]]);
  const options = { mask: true, candidates: 2, prepare };
  await translateQuestion({ question: 'x', schema: SCHEMA }, options, MODEL, generate);
  expect(requests).toHaveLength(nAsked);
});

describe('where not all tables fit', () => {
  const names = (question: string) =>
    [...shrinkingSchemas(SCHEMA.tables, question)].map((tables) => tables.map(({ name }) => name));

  it('those that share least with the question go first, in the order of the schema', () => {
    expect(names('total of each customer')).toEqual([
      ['customers', 'orders', 'logs'],
      ['customers', 'orders'],
      ['orders'],
    ]);
    expect(names('all LOGS').at(-1)).toEqual(['logs']);
  });

  it('as many are kept as do, and no other can be named', async () => {
    const { requests, generate } = scripted([['SELECT 1;', 0]], 140);
    const asked = { question: 'the total of customers', schema: SCHEMA };
    const { nTablesLeftOut } = await translateQuestion(asked, ALONE, MODEL, generate);
    expect(nTablesLeftOut).toBe(1);
    expect(requests[0]!.constraint?.schema.tables.map(({ name }) => name)).toEqual(['customers', 'orders']);
  });

  it('it says so where not even one does', async () => {
    const work = translateQuestion(
      { question: 'x', schema: SCHEMA },
      ALONE,
      MODEL,
      scripted([], 10).generate,
    );
    await expect(work).rejects.toMatchObject({ code: 'too-long' });
  });
});

it.each([
  ['an empty comment', { question: ' \n', schema: SCHEMA }, MODEL, 'bad-argument'],
  ['no tables', { question: 'x', schema: { ...SCHEMA, tables: [] } }, MODEL, 'bad-argument'],
  [
    'a model that was not made for it',
    { question: 'x', schema: SCHEMA },
    { name: 'Tiny', prompts: {} },
    'bad-model',
  ],
] as const)('fails with a sentence for %s', async (_, asked, model, code) => {
  const work = translateQuestion(asked, ALONE, model, scripted([['SELECT 1;', 0]]).generate);
  await expect(work).rejects.toMatchObject({ code });
});
