/** Statements found in SQL as people write it. What SQLite takes whole, it must also take in the pieces found. */
import sqlite from 'node-sqlite3-wasm';
import { describe, expect, it } from 'vitest';
import { schemaStatements } from '../../../src/sql/schema.ts';

/** Files that SQLite runs, and the tables in them. */
const sqliteFiles: Record<string, [sql: string, tables: string[]]> = {
  'two tables and a query': ['CREATE TABLE a (x);\nSELECT 1;\ncreate table b (y int);', ['a', 'b']],
  'a semicolon in a text': [
    `CREATE TABLE a (x TEXT DEFAULT 'a;b', y TEXT DEFAULT 'it''s; CREATE TABLE no (z);');`,
    ['a'],
  ],
  'semicolons in quoted names': ['CREATE TABLE "a;1" ("x;y" int, [z;] int, `q;` int);', ['a;1']],
  'brackets and quotes in names': ['CREATE TABLE [my table] ("say ""hi""" int, "it\'s" int);', ['my table']],
  'comments everywhere': [
    `-- CREATE TABLE no (x);\nCREATE /* a; b */ TABLE a ( -- it's one\n  x int, /* ' */\n  y int -- last;\n);\n/* CREATE TABLE no2 (x); */`,
    ['a'],
  ],
  'a comment between two words': ['CREATE/**/TABLE/**/a(x/**/int);', ['a']],
  'no semicolon at the end': ['CREATE TABLE a (x);\nCREATE TABLE b (y)', ['a', 'b']],
  'no semicolon, and an empty line in the brackets': ['CREATE TABLE a (\n  x int,\n\n  y int\n)', ['a']],
  'line ends of Windows': [
    `CREATE TABLE a (\r\n  x int,\r\n\r\n  y int\r\n);\r\nCREATE TABLE b (y);\r\n`,
    ['a', 'b'],
  ],
  'temporary ones, and those that may be there': [
    'CREATE TEMP TABLE a (x);CREATE TEMPORARY TABLE IF NOT EXISTS b (y);CREATE TABLE IF NOT EXISTS c (z);',
    ['a', 'b', 'c'],
  ],
  'keys and checks': [
    `CREATE TABLE a (id INTEGER PRIMARY KEY, n NUMERIC(10, 2) CHECK (n > 0 AND n - 1 / 2 < 9));
     CREATE TABLE b (a_id INT PRIMARY KEY REFERENCES a(id) ON DELETE CASCADE) WITHOUT ROWID`,
    ['a', 'b'],
  ],
  'a table of a query': ['CREATE TABLE a AS SELECT 1 AS x;', ['a']],
  'a virtual table': ['CREATE VIRTUAL TABLE a USING fts5(x);', ['a']],
  'views, indices and triggers beside it': [
    `CREATE TABLE a (x);CREATE VIEW v AS SELECT * FROM a;CREATE INDEX i ON a (x);
     CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO a VALUES ('CREATE TABLE no (x);'); UPDATE a SET x = 1; END;`,
    ['a'],
  ],
  'a byte order mark': ['\uFEFFCREATE TABLE a (x);', ['a']],
  'nothing at all': ['', []],
};

describe('of a file that SQLite runs, each statement', () => {
  it.each(Object.entries(sqliteFiles))('%s', (_, [sql, tables]) => {
    const whole = new sqlite.Database();
    const pieces = new sqlite.Database();
    // SQLite itself does not know the mark.
    whole.exec(sql.replace('\uFEFF', ''));
    for (const statement of schemaStatements(sql)) {
      expect(statement.endsWith(';')).toBe(true);
      pieces.exec(statement);
    }
    const names = (database: InstanceType<typeof sqlite.Database>) =>
      database
        .all(
          `SELECT name FROM (SELECT * FROM sqlite_schema UNION ALL SELECT * FROM sqlite_temp_schema)
           WHERE type = 'table' AND name NOT LIKE 'a\\_%' ESCAPE '\\' ORDER BY name`,
        )
        .map((row) => row['name']);
    expect(names(pieces)).toEqual(names(whole));
    expect(names(pieces)).toEqual(tables);
    whole.close();
    pieces.close();
  });
});

/** Other databases, as their own tools write it: statements up to their first bracket. */
const otherFiles: Record<string, [sql: string, found: string[]]> = {
  'PostgreSQL: the bodies of functions': [
    `CREATE FUNCTION f() RETURNS void AS $$ BEGIN x := 1; CREATE TABLE no (x int); END $$ LANGUAGE plpgsql;
     CREATE FUNCTION g() RETURNS text AS $body$ SELECT '$$'; CREATE TABLE no (x int); $body$ LANGUAGE sql;
     CREATE TABLE public.a (x integer[] DEFAULT '{}'::integer[], y text COLLATE "C");
     CREATE UNLOGGED TABLE b (x jsonb CHECK (x #> '{a}' IS NOT NULL));
     COMMENT ON TABLE a IS 'it''s; one';`,
    ['CREATE TABLE public.a', 'CREATE UNLOGGED TABLE b'],
  ],
  'MySQL: a dump': [
    "/*!40101 SET NAMES utf8 */;\n# it's a comment; CREATE TABLE no (x);\n#\nDROP TABLE IF EXISTS `a`;\n" +
      "CREATE TABLE `a` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  `note` varchar(10) COMMENT 'one; two'\n) ENGINE=InnoDB;\n" +
      'CREATE OR REPLACE TABLE b (x int);',
    ['DROP TABLE IF EXISTS `a`;', 'CREATE TABLE `a`', 'CREATE OR REPLACE TABLE b'],
  ],
  'SQL Server: batches': [
    'CREATE TABLE [dbo].[a] (\n  [GO] int,\n\n  [x] int\n)\nGO\nCREATE TABLE b (going int, cargo int)\ngo\nSELECT 1',
    ['CREATE TABLE [dbo].[a]', 'CREATE TABLE b'],
  ],
  'a statement that is being written': [
    'CREATE TABLE a (x int);\nCREATE TABLE b (y int\n\n-- what is the sum of y?\nselect something else',
    ['CREATE TABLE a', 'CREATE TABLE b'],
  ],
  'no statement that makes one': [
    '-- CREATE TABLE a (x);\nDROP TABLE a; ALTER TABLE a ADD x; RECREATE TABLE a;',
    ['DROP TABLE a;', 'ALTER TABLE a ADD x;'],
  ],
};

describe('of other databases', () => {
  it.each(Object.entries(otherFiles))('%s', (_, [sql, found]) => {
    const statements = schemaStatements(sql);
    expect(statements.map((statement) => /^[^(]*/.exec(statement)![0].trim())).toEqual(found);
    for (const statement of statements) expect(statement).not.toMatch(/no \(x|something else/);
  });
});

it('reads a file of 20 MB in one string, and of many', () => {
  const long = `INSERT INTO a VALUES ('${'x'.repeat(20_000_000)}');`;
  const many = `INSERT INTO a VALUES ('it''s', "b", 1); -- note\n`.repeat(100_000);
  const startMs = performance.now();
  expect(schemaStatements(`${long}\n${many}\nCREATE TABLE a (x);`)).toEqual(['CREATE TABLE a (x);']);
  expect(performance.now() - startMs).toBeLessThan(5_000);
});
