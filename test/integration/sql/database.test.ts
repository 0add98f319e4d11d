/** The thread that runs SQLite, and tables read from statements beside what SQLite makes of them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spell } from '../../../src/base/sentence.ts';
import { DatabaseClient } from '../../../src/database/databaseClient.ts';
import { preparingWith, schemaOfTexts } from '../../../src/database/databaseSource.ts';
import { schemaOf } from '../../../src/database/readSchema.ts';
import type { Schema } from '../../../src/model/databaseSchema.ts';
import { schemaProblem } from '../../../src/model/schemaProblem.ts';
import { tablesOf } from '../../../src/sql/ddl.ts';
import { schemaStatements } from '../../../src/sql/schema.ts';

const DIST = path.resolve(import.meta.dirname, '../../../dist');
let client: DatabaseClient;
let folder: string;
let file: string;

beforeAll(async () => {
  client = new DatabaseClient(path.join(DIST, 'database.js'));
  folder = await mkdtemp(path.join(os.tmpdir(), 'gptj-database-test-'));
  file = path.join(folder, 'shop.db');
  const database = new sqlite.Database(file);
  database.exec(`CREATE TABLE "my table" (id INTEGER PRIMARY KEY, ort TEXT NOT NULL);
    CREATE TABLE b (a_id INT REFERENCES "my table"(id), n);
    CREATE VIEW v AS SELECT ort FROM "my table";
    INSERT INTO "my table" VALUES (1, 'Köln'), (2, 'a|b');`);
  database.close();
});
afterAll(async () => {
  await client.close();
  await rm(folder, { recursive: true, force: true });
});

it('reads tables, views, types and keys of a file', async () => {
  const { tables } = await client.call('readSchema', { file });
  expect(tables.map(({ name }) => name)).toEqual(['my table', 'b', 'v']);
  expect(tables[0]!.columns).toEqual([
    { name: 'id', type: 'INTEGER', isPrimaryKey: true },
    { name: 'ort', type: 'TEXT', isRequired: true },
  ]);
  expect(tables[1]!.foreignKeys).toEqual([{ columns: ['a_id'], table: 'my table', references: ['id'] }]);
});

it('runs a query, cuts its rows, and writes nothing', async () => {
  const run = (sql: string, maxRows = 10) => client.call('run', { file, sql, maxRows });
  expect(await run('SELECT id, ort, id FROM "my table" ORDER BY id;')).toEqual({
    columns: ['id', 'ort', 'id:1'],
    rows: [
      ['1', 'Köln', '1'],
      ['2', 'a|b', '2'],
    ],
    isCut: false,
  });
  expect(await run('SELECT * FROM "my table"', 1)).toMatchObject({ rows: [['1', 'Köln']], isCut: true });
  await expect(run('DELETE FROM b')).rejects.toMatchObject({ code: 'bad-argument' });
  await expect(run('WITH x AS (SELECT 1) DELETE FROM "my table"')).rejects.toMatchObject({
    code: 'bad-argument',
  });
  expect((await run('SELECT * FROM "my table"')).rows).toHaveLength(2);
});

it('ends a query that takes too long, and one that is cancelled, and goes on', async () => {
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n';
  const params = { file, sql: endless, maxRows: 1 };
  await expect(client.call('run', params, { timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'too-long' });
  const abort = new AbortController();
  const cancelled = client.call('run', params, { signal: abort.signal });
  setTimeout(() => abort.abort(), 500);
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  expect((await client.call('run', { file, sql: 'SELECT 1', maxRows: 1 })).rows).toEqual([['1']]);
});

describe('a file that is no database that can be read', () => {
  it.each([
    ['text', 'hello '.repeat(1_000), 'file is not a database'],
    ['a broken one', `SQLite format 3\0${'x'.repeat(5_000)}`, 'cannot be read'],
  ])('%s', async (name, content, sentence) => {
    const broken = path.join(folder, `${name}.db`);
    await writeFile(broken, content);
    await expect(client.call('readSchema', { file: broken })).rejects.toThrow(sentence);
  });

  it('one that is not there', async () => {
    await expect(client.call('readSchema', { file: path.join(folder, 'none.db') })).rejects.toThrow(
      'Pick another database',
    );
  });

  it('one that another program is writing to', async () => {
    await writeFile(`${file}-wal`, 'changes');
    await expect(client.call('readSchema', { file })).rejects.toThrow('Close the database there');
    await rm(`${file}-wal`);
  });
});

it('says whether a statement prepares, over names of every kind', async () => {
  const prepare = preparingWith(client);
  const schema = await client.call('readSchema', { file });
  expect(await prepare('SELECT ort FROM "my table";', schema)).toEqual({ kind: 'prepared' });
  expect(await prepare('SELECT x FROM b;', schema)).toEqual({
    kind: 'refused',
    problem: 'no such column: x',
  });
});

it.each(['postgresql', 'mysql'] as const)('of %s it says whether a statement parses', async (dialect) => {
  const prepare = preparingWith(client);
  const schema: Schema = { dialect, tables: [] };
  expect(await prepare('SELECT a FROM t WHERE b IS NULL;', schema)).toEqual({ kind: 'unknown' });
  expect(await prepare('SELECT FROM WHERE;', schema)).toMatchObject({ kind: 'refused' });
});

const MIGRATIONS = [
  `CREATE TABLE users (id INTEGER PRIMARY KEY, "full name" VARCHAR(20) NOT NULL, old TEXT);
   CREATE TABLE [order items] (user_id INT REFERENCES users(id), "group" NUMERIC(10, 2) DEFAULT (1 + 2),
     CONSTRAINT k PRIMARY KEY (user_id, "group"), CHECK (user_id > 0));
   CREATE TABLE gone (x); INSERT INTO users VALUES (1, 'a;b', '');`,
  `ALTER TABLE users ADD COLUMN größe REAL; ALTER TABLE users DROP COLUMN old;
   ALTER TABLE users RENAME COLUMN "full name" TO name; DROP TABLE gone;
   ALTER TABLE [order items] RENAME TO items;
   CREATE TABLE links (a INT, b INT, FOREIGN KEY (a, b) REFERENCES items (user_id, "group"));`,
];

it('tables read from migrations are those that SQLite makes of them', () => {
  const statements = MIGRATIONS.flatMap(schemaStatements);
  const names = (schema: Pick<Schema, 'tables'>) =>
    schema.tables
      .map(({ name, columns, foreignKeys }) => ({
        name,
        columns: columns.map((column) => [column.name, column.isPrimaryKey === true]),
        links: foreignKeys.map((link) => [link.columns, link.table, link.references]),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  const truth = schemaOf(statements).schema!;
  expect(truth.tables.length).toBe(3);
  expect(names({ tables: tablesOf(statements, 'sqlite') })).toEqual(names(truth));
});

it.each([
  [
    'SQLite',
    'CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, n TEXT;',
    { tables: ['a', 'b'], problem: '"CREATE TABLE b" does not parse (near ";": syntax error)' },
  ],
  [
    'PostgreSQL',
    'CREATE TABLE a (id BIGSERIAL PRIMARY KEY); CREATE TABLE b (at TIMESTAMPTZ, n VARCHAR(20;',
    { tables: ['a', 'b'], problem: '"CREATE TABLE b" does not parse (its brackets do not match)' },
  ],
  [
    'no table at all',
    'CREATE TABLE (id int); CREATE TABLE b (;',
    { tables: [], problem: '2 statements do not parse' },
  ],
  ['one that is made twice', 'CREATE TABLE a (x); CREATE TABLE a (x);', { tables: ['a'], problem: '' }],
])('what does not parse is told: %s', async (_, sql, { tables, problem }) => {
  const schema = await schemaOfTexts([sql], client);
  expect(schema.tables.map(({ name }) => name)).toEqual(tables);
  const told = schemaProblem(schema);
  expect(told === undefined).toBe(problem === '');
  expect(spell(told ?? '').startsWith(problem)).toBe(true);
});

it.each([
  [
    'PostgreSQL',
    `CREATE TABLE public.Users (id BIGSERIAL PRIMARY KEY, "Name" character varying(20) NOT NULL, tags text[] DEFAULT '{}'::text[]);
     ALTER TABLE ONLY users ADD COLUMN made_at timestamp with time zone DEFAULT now();`,
    { dialect: 'postgresql', users: ['id', 'Name', 'tags', 'made_at'] },
  ],
  [
    'MySQL',
    "CREATE TABLE `users` (`id` int unsigned NOT NULL AUTO_INCREMENT, `key` enum('a','b') COMMENT 'x, y', PRIMARY KEY (`id`), KEY `k` (`key`)) ENGINE=InnoDB;",
    { dialect: 'mysql', users: ['id', 'key'] },
  ],
])('tables of %s, which SQLite refuses', async (_, sql, { dialect, users }) => {
  const schema = await schemaOfTexts([sql], client);
  expect(schema.dialect).toBe(dialect);
  expect(schema.tables.map(({ columns }) => columns.map(({ name }) => name))).toEqual([users]);
});
