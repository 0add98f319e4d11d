/** What may be written over a schema, and what may not: whole statements, byte by byte and token by token. */
import { describe, expect, it } from 'vitest';
import { Masks, refusedAt } from '../../../support/sqlReading.ts';
import { REFUSED, SHOP, STATEMENTS } from '../../../support/sqlStatements.ts';

const misspelled = STATEMENTS.flatMap(misspellings);

describe('statements over the schema are taken', () => {
  it.each(STATEMENTS)('%s', (statement) => expect(refusedAt(statement, SHOP)).toBeUndefined());
});

describe('what a database would refuse cannot be written', () => {
  it.each(REFUSED)('%s: %s', (statement) => expect(refusedAt(statement, SHOP)).toBeDefined());
});

describe.each(['gpt2', 'codegen'] as const)('token by token (%s)', (name) => {
  const masks = new Masks(name);

  it('every statement is taken, and its end', () => {
    const refused = STATEMENTS.map((statement) => masks.refusedAt(statement, SHOP));
    expect(refused.filter((text) => text !== undefined)).toEqual([]);
  });

  it('none with one name misspelled is', () => {
    const some = misspelled.filter((_, index) => index % 20 === 0);
    expect(some.filter((statement) => masks.refusedAt(statement, SHOP) === undefined)).toEqual([]);
  });
});

it('no statement with one name misspelled is taken, byte by byte', () => {
  expect(misspelled.length).toBeGreaterThan(200);
  expect(misspelled.filter((statement) => refusedAt(statement, SHOP) === undefined)).toEqual([]);
});

/** The statement with one of its names spelled wrong, in every place. */
function misspellings(statement: string): string[] {
  const names = new Set(
    SHOP.tables.flatMap(({ name, columns }) => [name, ...columns.map((column) => column.name)]),
  );
  const longest = [...names].filter((name) => name.length > 3).sort((a, b) => b.length - a.length);
  const places = [
    ...statement.matchAll(new RegExp(`(?<![\\p{L}_'])(?:${longest.join('|')})(?![\\p{L}_])`, 'giu')),
  ];
  return places
    .filter(({ index }) => !/AS $/.test(statement.slice(0, index)))
    .map(
      ({ 0: name, index }) => `${statement.slice(0, index)}${name}q${statement.slice(index + name.length)}`,
    );
}
