/** The starter model under the mask, over schemas that it has never seen: every name exists, and SQLite prepares. */
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { preparingWith } from '../../../src/database/databaseSource.ts';
import { DatabaseClient } from '../../../src/database/databaseClient.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { tableSql, type Schema } from '../../../src/model/databaseSchema.ts';
import type { GenerateRequest, ModelSummary } from '../../../src/model/generation.ts';
import { grammarOf } from '../../../src/sql/grammar/sqlGrammar.ts';
import { translateQuestion } from '../../../src/tasks/translateQuestion.ts';
import { expectAsGood } from '../../support/asGood.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const table = (name: string, ...columns: string[]) => ({
  name,
  columns: columns.map((column) => ({ name: column, type: column.endsWith('id') ? 'INTEGER' : 'TEXT' })),
  foreignKeys: [],
});
const SCHEMA: Schema = {
  dialect: 'sqlite',
  tables: [
    table('lighthouses', 'id', 'name', 'coast', 'height_m', 'keeper_id'),
    table('keepers', 'id', 'full name', 'hired_on'),
    table('fog days', 'lighthouse_id', 'day', 'visibility', 'order'),
  ],
};
const QUESTIONS = [
  'names of the lighthouses on the north coast',
  'how many lighthouses are there on each coast',
  'the three tallest lighthouses',
  'full name of the keeper of each lighthouse',
  'average visibility of the fog days',
  'lighthouses without any fog day',
];

const engine = new Engine(grammarOf);
const database = new DatabaseClient(path.join(ROOT, 'dist/database.js'));
let model: ModelSummary;

beforeAll(async () => {
  model = await engine.load({ modelFolder: path.join(ROOT, 'models/starter'), nThreads: 1, device: 'cpu' });
});
afterAll(async () => {
  await database.close();
  await engine.close();
});

const translate = (question: string, mask: boolean) =>
  translateQuestion(
    { question, schema: SCHEMA },
    { mask, candidates: 2, prepare: preparingWith(database) },
    model,
    (request) => engine.generate(request),
  );

it('what is written under the mask, SQLite prepares; without it, not all', async () => {
  const masked = await Promise.all(QUESTIONS.map((question) => translate(question, true)));
  expect(masked.map(({ candidates }) => candidates[0]?.fate)).toEqual(QUESTIONS.map(() => 'prepared'));
  expect(masked.flatMap(({ candidates }) => candidates).filter(({ fate }) => fate === 'refused')).toEqual([]);
  const free = await Promise.all(QUESTIONS.map((question) => translate(question, false)));
  expect(free.flatMap(({ candidates }) => candidates).some(({ fate }) => fate === 'refused')).toBe(true);
});

it('drafting changes nothing but what rounding decides', async () => {
  const question = 'how many lighthouses are there on each coast';
  const request: GenerateRequest = {
    prompt: {
      ...{ kind: 'text', after: '', cut: 'never', heal: false },
      body: `${SCHEMA.tables.map(tableSql).join('\n\n')}\n\n-- ${question}\n`,
    },
    ...{ maxTokens: 60, sampling: { kind: 'greedy' }, stop: [], priority: 'task' },
    constraint: { kind: 'sql', schema: SCHEMA, question, knownTexts: [] },
  };
  const drafted = await engine.generate(request);
  const plain = await engine.generate({ ...request, drafting: false });
  expectAsGood(plain, drafted);
  expect(drafted.stopReason).toBe('rule');
  expect(plain.text).toMatch(/^SELECT coast, COUNT\(\*\)/);
});
