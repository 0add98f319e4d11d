/** Statements over a library's schema that a careful person writes for one question, and others that SQL alone allows. */
import type { ForeignKey, Schema, Table } from '../../src/model/databaseSchema.ts';

function table(
  name: string,
  columns: Readonly<Record<string, string>>,
  ...keys: readonly ForeignKey[]
): Table {
  return {
    name,
    columns: Object.entries(columns).map(([column, type]) => ({
      ...{ name: column, type },
      ...(column === 'id' && { isPrimaryKey: true as const }),
    })),
    foreignKeys: keys,
  };
}

function key(column: string, to: string): ForeignKey {
  return { columns: [column], table: to, references: [] };
}

export const LIBRARY: Schema = {
  dialect: 'sqlite',
  tables: [
    table('authors', { id: 'INTEGER', name: 'TEXT', born: 'INTEGER', died: 'INTEGER' }),
    table(
      'books',
      {
        id: 'INTEGER',
        title: 'TEXT',
        author_id: 'INTEGER',
        pages: 'INTEGER',
        lent: 'BOOLEAN',
        printed: 'DATE',
      },
      key('author_id', 'authors'),
    ),
    table(
      'readers',
      { id: 'INTEGER', 'full name': 'TEXT', since: 'DATE', guide: 'INTEGER' },
      key('guide', 'readers'),
    ),
    table(
      'loans',
      { id: 'INTEGER', book_id: 'INTEGER', reader_id: 'INTEGER', lent_on: 'DATE', fee: 'REAL' },
      key('book_id', 'books'),
      key('reader_id', 'readers'),
    ),
    table('Rooms', { id: 'INTEGER', floor: 'INTEGER', purpose: 'TEXT' }),
  ],
};

/** It names what the statements do: a title, names, numbers, a month. */
export const QUESTION =
  "Books by O'Brien or Maria Lopez with over 300 pages, two rooms for quiet reading, loans of May 2021, 12.5 in fees";

/** What constraints of the schema name. */
export const KNOWN_TEXTS = ['storage'];

export const TAKEN: readonly string[] = [
  'SELECT * FROM books;',
  'SELECT title FROM books WHERE pages > 300 ORDER BY pages DESC LIMIT 2;',
  "SELECT * FROM authors WHERE name = 'O''Brien' OR name = 'Maria Lopez';",
  "SELECT * FROM authors WHERE name IN ('O''Brien', 'maria lopez');",
  "SELECT name FROM authors WHERE name LIKE '%Lopez';",
  "SELECT id FROM Rooms WHERE purpose = 'storage';",
  "SELECT purpose FROM Rooms WHERE Rooms.purpose <> 'quiet reading';",
  "SELECT COUNT(*) FROM loans WHERE lent_on >= '2021-05-01' AND lent_on < '2021-06-01';",
  "SELECT COUNT(*) FROM loans WHERE STRFTIME('%Y-%m', lent_on) = '2021-05';",
  "SELECT COUNT(*) FROM loans WHERE lent_on BETWEEN '2021-05-01' AND '2021-05-31';",
  'SELECT * FROM books WHERE lent = TRUE AND pages >= 300;',
  'SELECT * FROM books WHERE NOT lent;',
  'SELECT * FROM books WHERE (pages > 300 OR lent) AND printed IS NOT NULL;',
  'SELECT title FROM books WHERE pages > (SELECT AVG(pages) FROM books);',
  'SELECT name, died - born AS age FROM authors WHERE died - born < 300;',
  'SELECT authors.name, COUNT(*) FROM authors JOIN books ON books.author_id = authors.id GROUP BY authors.id, authors.name;',
  'SELECT name, COUNT(*) AS n FROM authors JOIN books ON authors.id = books.author_id GROUP BY name HAVING n > 2;',
  'SELECT authors.name, SUM(loans.fee) FROM authors JOIN books ON books.author_id = authors.id JOIN loans ON loans.book_id = books.id GROUP BY authors.name ORDER BY SUM(loans.fee) DESC;',
  'SELECT a.name FROM authors a LEFT JOIN books b ON b.author_id = a.id WHERE b.id IS NULL;',
  'SELECT name FROM authors WHERE NOT EXISTS (SELECT 1 FROM books WHERE books.author_id = authors.id);',
  'SELECT name FROM authors WHERE id NOT IN (SELECT author_id FROM books);',
  'SELECT "full name", COUNT(loans.id) FROM readers JOIN loans ON loans.reader_id = readers.id GROUP BY "full name";',
  'SELECT author_id FROM books GROUP BY author_id HAVING COUNT(*) > 1;',
  "SELECT STRFTIME('%Y', printed) AS year, COUNT(*) FROM books GROUP BY year ORDER BY year;",
  'SELECT 100.0 * COUNT(DISTINCT reader_id) / COUNT(*) FROM loans;',
  'SELECT SUM(CASE WHEN lent THEN 1 ELSE 0 END) FROM books;',
  'SELECT guides.since FROM readers JOIN readers AS guides ON readers.guide = guides.id;',
  'SELECT authors.name FROM authors LEFT JOIN books ON books.author_id = authors.id WHERE books.title IS NULL;',
  "SELECT SUM(fee * (1 - fee)), CASE WHEN pages > 300 THEN 'quiet' ELSE 'reading' END FROM loans JOIN books ON loans.book_id = books.id GROUP BY loans.id;",
  'SELECT ROUND(AVG(fee), 2) FROM loans WHERE fee <= 12.5;',
];

/** Each runs in SQLite. */
export const CARELESS: readonly (readonly [statement: string, why: string])[] = [
  ['select title FROM books;', 'a word of the language in small letters'],
  ['SELECT Title FROM books;', 'a name in other letters than its own'],
  ['SELECT "title" FROM books;', 'quotes that nothing needs'],
  ["SELECT * FROM authors WHERE name = 'Smith';", 'a name that nobody has asked for'],
  ["SELECT * FROM authors WHERE name = 'with over';", 'words that say nothing'],
  ["SELECT * FROM authors WHERE name = 'Lope';", 'half a word of the question'],
  ["SELECT name FROM authors WHERE name = '%Lopez';", 'a pattern that is compared'],
  ['SELECT * FROM books WHERE pages > 310;', 'a number that nobody has asked for'],
  ['SELECT * FROM books LIMIT 7;', 'a limit that nobody has asked for'],
  ["SELECT * FROM loans WHERE lent_on > '2019-05-01';", 'a year that nobody has asked for'],
  ['SELECT * FROM books WHERE 1;', 'a constant as a condition'],
  ['SELECT * FROM books WHERE pages;', 'a number as a condition'],
  ['SELECT * FROM books WHERE (pages > 300);', 'brackets around one condition'],
  ['SELECT * FROM books WHERE 300 < pages;', 'a constant on the left'],
  ["SELECT * FROM books WHERE pages = '300';", 'a number compared with a text'],
  ['SELECT * FROM books WHERE title = 300;', 'a text compared with a number'],
  ['SELECT * FROM books WHERE lent > FALSE;', 'an order of truths'],
  ['SELECT * FROM books WHERE title = pages;', 'a text column compared with a number column'],
  ['SELECT * FROM books WHERE pages = pages;', 'a column compared with itself'],
  ['SELECT * FROM books WHERE books.pages = pages;', 'a column compared with itself, under two names'],
  ['SELECT title * pages FROM books;', 'a text that is multiplied'],
  ['SELECT pages > 300 FROM books;', 'a condition as a column of the result'],
  ['SELECT 300 FROM books;', 'a constant as a column of the result'],
  ['SELECT SUM(id) FROM books;', 'the sum of keys'],
  ['SELECT AVG(title) FROM books;', 'the mean of texts'],
  ['SELECT authors.name FROM authors JOIN loans ON loans.id = authors.id;', 'a join along no key'],
  ['SELECT books.title FROM books JOIN authors ON books.id = authors.id;', 'a join on the wrong columns'],
  ['SELECT books.title FROM books JOIN readers ON readers.id = books.id;', 'a join of what no key leads to'],
  ['SELECT title FROM books, authors;', 'everything joined with everything'],
  ['SELECT name, COUNT(*) FROM authors;', 'an aggregate beside a column, without GROUP BY'],
  ['SELECT name, COUNT(*) FROM authors GROUP BY born;', 'grouped by something else'],
  ['SELECT name, COUNT(*) FROM authors GROUP BY name, name;', 'grouped twice by the same'],
  ['SELECT *, COUNT(*) FROM authors GROUP BY name;', 'all columns beside an aggregate'],
  [
    'SELECT name, COUNT(*) FROM authors JOIN books ON books.author_id = authors.id GROUP BY books.id, name;',
    'grouped by each row',
  ],
  ['SELECT name, name FROM authors;', 'a column twice'],
  ["SELECT * FROM authors WHERE name = 'Lopez' AND name = 'Maria';", 'a column that is two things at once'],
  ["SELECT * FROM authors WHERE (name = 'Lopez' AND born > 300);", 'brackets that change nothing'],
  ['SELECT id + 2 FROM books;', 'a key that is counted with'],
  ['SELECT * FROM books WHERE author_id = pages;', 'a key compared with what is none'],
  [
    'SELECT * FROM loans WHERE book_id IN (SELECT reader_id FROM loans);',
    "a key compared with another table's",
  ],
  ['SELECT * FROM books WHERE author_id = COALESCE(author_id, 2);', 'a default in a comparison'],
  ['SELECT * FROM books WHERE pages = (SELECT pages FROM books);', 'many values for one'],
  ['SELECT * FROM books WHERE id IS NULL;', 'a key that is missing'],
  ['SELECT SUM(CASE WHEN lent THEN 1 ELSE title END) FROM books;', 'the sum of a text'],
  ["SELECT title || 'Maria' FROM books;", 'a text of the question between others'],
  ['SELECT 100.0 * CAST(100.0 * pages AS REAL) FROM books;', 'a product within a product'],
  ['SELECT * FROM books ORDER BY 1;', 'ordered by the first of all columns'],
  ['SELECT pages - pages FROM books;', 'nothing, in other words'],
  ['SELECT COALESCE(born, born) FROM authors;', 'a column in place of itself'],
  [
    'SELECT name FROM authors WHERE id IN (SELECT id FROM authors UNION SELECT author_id FROM books);',
    'a union within a query',
  ],
  ['SELECT 2 * printed FROM books;', 'a day that is multiplied'],
  ['SELECT fee FROM readers JOIN loans ON loans.reader_id = readers.id;', 'a table that nothing asks for'],
  [
    'SELECT name FROM books JOIN authors ON books.author_id = authors.id;',
    'each name as often as there are books',
  ],
  ['SELECT title FROM books AS volumes;', 'a table under a name of its own'],
  [
    'SELECT name FROM authors WHERE EXISTS (SELECT 1 FROM readers);',
    'a table behind EXISTS that has nothing to do with it',
  ],
  [
    'SELECT name FROM authors WHERE EXISTS (SELECT 1 FROM books WHERE pages > 300);',
    'EXISTS without what belongs together',
  ],
  [
    'SELECT name FROM authors WHERE EXISTS (SELECT books.* FROM books WHERE books.author_id = authors.id);',
    'a result behind EXISTS',
  ],
  ['SELECT name FROM (SELECT name FROM authors);', 'a query in place of a table'],
  ['SELECT COUNT(*);', 'no table'],
];
