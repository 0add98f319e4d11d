/** Random rows against the schema that they must fit, as SQLite checks it: keys, checks, NULLs and types. */
import { describe, expect, it } from 'vitest';
import { rowsOf, quotedName, type Database } from '../../../../src/evaluation/sql/database.ts';
import { literalsOf } from '../../../../src/evaluation/sql/literals.ts';
import { fillAtRandom } from '../../../../src/evaluation/sql/randomDatabase.ts';
import { tablesOf } from '../../../../src/evaluation/sql/tables.ts';
import { withSqlite } from '../../../support/sqliteInMemory.ts';

const SCHEMAS: Record<string, string> = {
  'keys of several columns': `
    CREATE TABLE shelf (room TEXT, no INTEGER, PRIMARY KEY (room, no)) WITHOUT ROWID;
    CREATE TABLE box (id INTEGER PRIMARY KEY, room TEXT NOT NULL, no INTEGER NOT NULL, label TEXT NOT NULL UNIQUE,
      FOREIGN KEY (room, no) REFERENCES shelf);
    CREATE TABLE moved (box_id INTEGER REFERENCES box(id), room TEXT, no INTEGER, at TIMESTAMP,
      PRIMARY KEY (box_id, at), FOREIGN KEY (room, no) REFERENCES shelf(room, no))`,
  checks: `
    CREATE TABLE tank (id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('salt', 'fresh', 'brackish')),
      low REAL NOT NULL CHECK (low >= -10 AND low <= 30), high REAL NOT NULL, litres INT CHECK (litres BETWEEN 20 AND 90),
      CHECK (low <= high))`,
  'a table that points at itself, one that is made later, and a circle': `
    CREATE TABLE leaf (id INTEGER PRIMARY KEY, twig_id INTEGER NOT NULL REFERENCES twig(id));
    CREATE TABLE twig (id INTEGER PRIMARY KEY, grown_from INTEGER REFERENCES twig(id), first_leaf INTEGER REFERENCES leaf(id))`,
  'names of all kinds': `
    CREATE TABLE "order" ("select" INTEGER PRIMARY KEY, "größe, cm" REAL NOT NULL, [it's] DATE, \`say "x"\` BOOLEAN NOT NULL);
    CREATE TABLE [to do] ("Nr" TEXT PRIMARY KEY NOT NULL, "group" INTEGER NOT NULL REFERENCES "order")`,
  'columns that are computed, strict types and defaults': `
    CREATE TABLE part (id INTEGER PRIMARY KEY, g INT NOT NULL, twice INT GENERATED ALWAYS AS (2 * g) STORED,
      note TEXT DEFAULT 'none', weight REAL NOT NULL) STRICT;
    CREATE VIEW heavy AS SELECT * FROM part WHERE weight > 10`,
};
const SEEDS = [...Array(25).keys()];

describe.each(Object.entries(SCHEMAS))('%s', (_, schema) => {
  it('fits, whatever the seed', () => {
    for (const seed of SEEDS) {
      filled(schema, { seed }, (database) => {
        expect(database.all('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
        expect(database.all('PRAGMA foreign_key_check')).toEqual([]);
        expect(database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
        for (const { name } of tablesOf(database)) expect(nRows(database, name)).toBeGreaterThanOrEqual(5);
      });
    }
  });

  it('is the same for the same seed, and another for another', () => {
    const dump = (seed: number) =>
      filled(schema, { seed }, (database) =>
        tablesOf(database).map(({ name }) => rowsOf(database, `SELECT * FROM ${quotedName(name)}`)),
      );
    expect(dump(3)).toEqual(dump(3));
    expect(dump(3)).not.toEqual(dump(4));
  });
});

it('types are what the columns say', () => {
  const schema = `CREATE TABLE t (id INTEGER PRIMARY KEY, whole INT NOT NULL, part NUMERIC(8, 2) NOT NULL, day DATE NOT NULL,
    at TIMESTAMP NOT NULL, yes BOOLEAN NOT NULL, word VARCHAR(20) NOT NULL, seen_on TEXT NOT NULL)`;
  filled(schema, { seed: 1 }, (database) => {
    for (const [id, whole, part, day, at, yes, word, seen] of rowsOf(database, 'SELECT * FROM t')) {
      expect([id, whole, part, yes].map((value) => typeof value)).toEqual(Array(4).fill('number'));
      expect(Number.isInteger(whole)).toBe(true);
      for (const date of [day, seen]) expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
      expect([0, 1]).toContain(yes);
      expect(word).toMatch(/^[a-z]+$/);
    }
  });
});

it('NULL stands only where it may, and does stand there', () => {
  const schema = 'CREATE TABLE t (id INTEGER PRIMARY KEY, may TEXT, must TEXT NOT NULL)';
  const nulls = SEEDS.map((seed) =>
    filled(schema, { seed }, (database) =>
      rowsOf(database, 'SELECT COUNT(*) - COUNT(may), COUNT(*) - COUNT(must) FROM t').flat(),
    ),
  );
  expect(nulls.every(([, must]) => must === 0)).toBe(true);
  expect(nulls.filter(([may]) => may !== 0).length).toBeGreaterThan(SEEDS.length / 2);
});

it('some parents stay without children', () => {
  const schema = `CREATE TABLE p (id INTEGER PRIMARY KEY);
    CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p(id))`;
  for (const seed of SEEDS) {
    const [alone] = filled(schema, { seed }, (database) =>
      rowsOf(database, 'SELECT COUNT(*) FROM p WHERE id NOT IN (SELECT p_id FROM c)').flat(),
    );
    expect(alone).toBeGreaterThan(0);
  }
});

describe('what a query looks for is found', () => {
  const schema = `CREATE TABLE land (code TEXT PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE t (id INTEGER PRIMARY KEY, land TEXT NOT NULL REFERENCES land(code), kind TEXT NOT NULL,
      size INT NOT NULL, day DATE NOT NULL, title TEXT NOT NULL)`;
  it.each([
    `SELECT * FROM t WHERE kind = 'rowing boat'`,
    `SELECT * FROM t WHERE kind <> 'rowing boat' AND size > 48000 AND size < 48100`,
    `SELECT * FROM t WHERE size = -3`,
    `SELECT * FROM t WHERE day BETWEEN '1893-02-01' AND '1893-02-20'`,
    `SELECT * FROM t WHERE strftime('%Y', day) = '1893'`,
    `SELECT * FROM t WHERE title LIKE '%oo''n%'`,
    `SELECT * FROM t WHERE land = 'FO'`,
    `SELECT * FROM t JOIN land ON t.land = land.code WHERE land.name = 'Faroes'`,
  ])('%s', (query) => {
    const nFound = SEEDS.map((seed) =>
      filled(schema, { seed, query }, (database) => rowsOf(database, query).length),
    );
    expect(nFound.filter((n) => n > 0).length).toBeGreaterThan(SEEDS.length / 3);
    const nAll = SEEDS.map((seed) => filled(schema, { seed, query }, (database) => nRows(database, 't')));
    expect(nFound.filter((n, index) => n < nAll[index]!).length).toBeGreaterThan(SEEDS.length / 3);
  });
});

function filled<T>(
  schema: string,
  { seed, query = '' }: { seed: number; query?: string },
  use: (database: Database) => T,
): T {
  return withSqlite((database) => {
    const tables = tablesOf(database);
    fillAtRandom(database, tables, { literals: literalsOf([schema, query], tables), seed });
    return use(database);
  }, schema);
}

function nRows(database: Database, table: string): number {
  return rowsOf(database, `SELECT * FROM ${quotedName(table)}`).length;
}
