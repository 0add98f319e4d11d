import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseDraftTrace } from '../../../src/model/draftTrace.ts';

const KEPT = path.resolve(import.meta.dirname, '../../golden/drafts/starterHeldOut.json');

it('reads the trace that is kept', () => {
  const { generations } = parseDraftTrace(readFileSync(KEPT, 'utf8'), KEPT);
  expect(generations.reduce((sum, { steps }) => sum + steps.length, 0)).toBe(1970);
});

it.each([
  ['no JSON', 'steps: 3'],
  ['something else', '{"ids":[1]}'],
  ['no list', '{"generations":{"length":0}}'],
  ['a step of two numbers', '{"generations":[{"maxTokens":4,"steps":[[1,0]]}]}'],
  ['a step of half a token', '{"generations":[{"maxTokens":4,"steps":[[1,0,0.5]]}]}'],
  ['a step of fewer than none', '{"generations":[{"maxTokens":4,"steps":[[1,0,-1]]}]}'],
  ['more steps than tokens', '{"generations":[{"maxTokens":1,"steps":[[0,0,0],[0,0,0]]}]}'],
  ['no steps', '{"generations":[{"maxTokens":1}]}'],
  ['nothing', '{"generations":[null]}'],
])('refuses %s', (_, text) => {
  expect(() => parseDraftTrace(text, 'a.json')).toThrow('a.json is no trace of drafts');
});
