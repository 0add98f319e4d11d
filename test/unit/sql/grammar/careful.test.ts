/** What a model may write for a question: SQL as a careful person writes it. */
import { describe, expect, it } from 'vitest';
import { refusedAt } from '../../../support/sqlReading.ts';
import { CARELESS, KNOWN_TEXTS, LIBRARY, QUESTION, TAKEN } from '../../../support/carefulStatements.ts';

const refused = (statement: string, question = QUESTION) =>
  refusedAt(statement, LIBRARY, { question, knownTexts: KNOWN_TEXTS });

describe('what a careful person writes is taken', () => {
  it.each(TAKEN)('%s', (statement) => expect(refused(statement)).toBeUndefined());
});

describe('what SQL alone allows is not', () => {
  it.each(CARELESS)('%s: %s', (statement) => {
    expect(refused(statement)).toBeDefined();
    expect(refusedAt(statement, LIBRARY)).toBeUndefined();
  });
});

it('an aggregate behind EXISTS is in no condition', () => {
  const inner = 'SELECT 1 FROM books WHERE books.author_id = authors.id';
  const statement = `SELECT name FROM authors WHERE EXISTS (${inner} AND COUNT(*) > 2);`;
  expect(refused(statement)).toMatch(/AND C$/);
});

describe('constants are those of the question', () => {
  const books = (condition: string) => `SELECT * FROM books WHERE ${condition};`;
  it.each([
    ['more than two hundred pages', 'pages > 200'],
    ['a dozen pages', 'pages = 12'],
    ['over 1,200 pages', 'pages > 1200'],
    ['twice as long', 'pages > 2'],
    ['printed in 1999', "printed >= '1999-01-01' AND printed < '2000-01-01'"],
    ['printed in March', "STRFTIME('%m', printed) = '03'"],
    ['of the last 30 days', "printed > DATE('now', '-30 days')"],
    ['the title “To the Lighthouse, Vol. 2!”', "title = 'To the Lighthouse, Vol. 2!'"],
    ["Anna's books", "title = 'Anna'"],
    ['dictionaries and atlases', "title LIKE '%dictionaries%'"],
    ['a book about cats', "title LIKE '%cat%'"],
    ['über Ähren', "title = 'Ähren'"],
    ['the title by The Who', "title = 'The Who'"],
    ['books about war and peace', "title = 'War And Peace'"],
  ])('%s: %s', (question, condition) => {
    expect(refused(books(condition), question)).toBeUndefined();
    expect(refused(books(condition), 'all books')).toBeDefined();
  });

  it.each([
    ['Show those of Berlin', "title = 'Show'"],
    ['what is said by whom', "title = 'said by'"],
    ['more than 5 pages', 'pages > 50'],
    ['since 1999', "printed > '1998-05-01'"],
  ])('%s: not %s', (question, condition) => expect(refused(books(condition), question)).toBeDefined());

  it('a text with what only some databases escape is none', () => {
    expect(refused("SELECT * FROM books WHERE title = 'a\\b';", 'the title "a\\b"')).toBeDefined();
  });
});

describe('tables that the schema does not link', () => {
  const without = { ...LIBRARY, tables: LIBRARY.tables.map((table) => ({ ...table, foreignKeys: [] })) };
  const options = { question: QUESTION };

  it.each([
    ['names say the same', 'SELECT title FROM books JOIN loans ON loans.book_id = books.id;'],
    ['nothing says anything', 'SELECT title FROM books JOIN Rooms ON Rooms.id = books.pages;'],
  ])('are joined: %s', (_, statement) => expect(refusedAt(statement, without, options)).toBeUndefined());

  it('but not along what the names deny', () => {
    const statement = 'SELECT title FROM books JOIN loans ON loans.id = books.id;';
    expect(refusedAt(statement, without, options)).toBeDefined();
  });
});

it('a column of a table that no join can reach cannot come', () => {
  const islands = {
    ...LIBRARY,
    tables: [...LIBRARY.tables.filter(({ name }) => name !== 'loans')],
  };
  const options = { question: QUESTION };
  expect(refusedAt('SELECT authors.name, readers.since', islands, options)).toBe('SELECT authors.name, re');
  expect(refusedAt('SELECT title, since', islands, options)).toBe('SELECT title, s');
});

it.each(['postgresql', 'mysql'] as const)('%s: a table is called as it is written', (dialect) => {
  const quote = dialect === 'mysql' ? '' : '"';
  const statement = `SELECT ${quote}Rooms${quote}.floor FROM ${quote}Rooms${quote};`;
  expect(refusedAt(statement, { ...LIBRARY, dialect }, { question: QUESTION })).toBeUndefined();
});
