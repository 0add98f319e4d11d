/** Tokens that a grammar allows, against trying every token of the vocabulary byte by byte. */
import { describe, expect, it } from 'vitest';
import { TokenMasks } from '../../../src/engine/tokenMask.ts';
import { createSqlGrammar, grammarOf } from '../../../src/sql/grammar/sqlGrammar.ts';
import { END_OF_TEXT } from '../../../src/tokenizer/vocabulary.ts';
import { Masks } from '../../support/sqlReading.ts';
import { SHOP } from '../../support/sqlStatements.ts';

const masks = new Masks('codegen');
const { vocabulary } = masks.tokenizer;
const grammar = createSqlGrammar(SHOP);
const NOTHING = new Uint8Array();

type State = typeof grammar.initial;

function read(state: State, bytes: Uint8Array): State | undefined {
  let at: State | undefined = state;
  for (const byte of bytes) at = at && grammar.step(at, byte);
  return at;
}

/** @param begun bytes that the token must agree with, and that the grammar does not see */
function byTrying(text: string, begun: Uint8Array): number[] {
  const state = read(grammar.initial, Buffer.from(text))!;
  const ids: number[] = [];
  for (let id = 0; id < vocabulary.size; id++) {
    const bytes = vocabulary.bytesOf(id)!;
    if (bytes.length === 0) continue;
    const shared = Math.min(bytes.length, begun.length);
    if (Buffer.compare(bytes.subarray(0, shared), begun.subarray(0, shared)) !== 0) continue;
    if (read(state, bytes.subarray(shared)) !== undefined) ids.push(id);
  }
  if (begun.length === 0 && grammar.isComplete(state)) ids.push(END_OF_TEXT);
  return ids.sort((a, b) => a - b);
}

function byMask(text: string, begun: Uint8Array): number[] {
  const mask = masks.create(SHOP);
  for (const id of masks.tokenizer.encode(text)) mask.accept(id, 0);
  return [...mask.allowed(begun)].sort((a, b) => a - b);
}

describe('the tokens that may come next', () => {
  it.each([
    '',
    'SELECT',
    'SELECT na',
    'SELECT name FROM ',
    "SELECT name FROM customers WHERE city = 'Be",
    'SELECT COUNT(*) AS ',
    'SELECT name FROM customers\n',
    'SELECT "full ',
    'SELECT 1',
    'SELECT name FROM customers;',
  ])('behind %j', (text) => expect(byMask(text, NOTHING)).toEqual(byTrying(text, NOTHING)));

  it.each(['-- x\n', ' ', 'na'])('where %j stands there already', (begun) => {
    const bytes = Buffer.from(begun);
    expect(byMask('', bytes)).toEqual(byTrying('', bytes));
  });
});

it('nothing may follow the end', () => {
  const mask = masks.create(SHOP);
  for (const id of masks.tokenizer.encode('SELECT 1;')) mask.accept(id, 0);
  expect(mask.isFinished()).toBe(true);
  expect(mask.allowed(NOTHING)).toEqual([END_OF_TEXT]);
});

describe('where room runs short', () => {
  const late = (text: string) => {
    const mask = masks.create(SHOP);
    for (const id of masks.tokenizer.encode(text)) mask.accept(id, 0);
    return mask
      .allowed(NOTHING, true)
      .map((id) => (id === END_OF_TEXT ? 'end' : masks.tokenizer.decode([id])));
  };

  it.each([
    ['what may end, ends', 'SELECT name FROM customers WHERE city = 1', ['end']],
    ['a bracket is closed', 'SELECT name FROM customers WHERE (city = 1', [')']],
    ['the inner one of two', 'SELECT COUNT(*) FROM customers WHERE ((city = 1', [')']],
    ['a text is closed, whatever is in it', "SELECT name FROM customers WHERE city = '(", ["'"]],
  ])('%s', (_, text, expected) => {
    expect(late(text).sort()).toEqual(expected);
  });

  it('what can do neither goes on as ever', () => {
    const text = 'SELECT name FROM ';
    expect(late(text).length).toBe(byMask(text, NOTHING).length);
  });
});

it('a schema is read once for all answers to a question, each of which begins anew', () => {
  const read: (string | undefined)[] = [];
  const ofAll = new TokenMasks({ vocabulary, nKnownIds: vocabulary.size }, (constraint) => {
    read.push(constraint.question);
    return grammarOf(constraint);
  });
  const constraint = (question: string) => ({ kind: 'sql', schema: SHOP, question, knownTexts: [] }) as const;
  const first = ofAll.create(constraint('names'));
  for (const id of masks.tokenizer.encode('SELECT name FROM ')) first.accept(id, 0);
  const second = ofAll.create(constraint('names'));
  expect(second.allowed(NOTHING)).toEqual(ofAll.create(constraint('names')).allowed(NOTHING));
  expect(second.allowed(NOTHING)).not.toEqual(first.allowed(NOTHING));
  ofAll.create(constraint('prices'));
  expect(read).toEqual(['names', 'prices']);
});
