import { describe, expect, it } from 'vitest';
import {
  isSwitchedOff,
  leadAmong,
  OTHER_PROVIDERS,
  type Answer,
  type OthersSetting,
} from '../../../src/completion/otherProviders.ts';

const [A, B] = [
  { name: 'A', ids: ['a.a'] },
  { name: 'B', ids: ['b.b'] },
] as const;

type Case = {
  readonly setting: OthersSetting;
  readonly active: readonly (typeof A | typeof B)[];
  readonly answers?: Readonly<Record<string, Answer>>;
};

it.each<[string, Case, string]>([
  ['nobody else is there', { setting: 'yield', active: [] }, 'gptj'],
  ['we always complete', { setting: 'complete', active: [A], answers: { A: 'other' } }, 'gptj'],
  ['we always yield', { setting: 'yield', active: [A, B], answers: { A: 'gptj' } }, 'other A'],
  ['nobody has been asked', { setting: 'ask', active: [A, B] }, 'unasked A'],
  ['one question is open', { setting: 'ask', active: [A], answers: { A: 'asked' } }, 'gptj'],
  ['we were chosen', { setting: 'ask', active: [A], answers: { A: 'gptj' } }, 'gptj'],
  ['the other was chosen', { setting: 'ask', active: [A], answers: { A: 'other' } }, 'other A'],
  [
    'the other that was chosen is not active',
    { setting: 'ask', active: [B], answers: { A: 'other', B: 'gptj' } },
    'gptj',
  ],
  [
    'a second one comes, we were chosen',
    { setting: 'ask', active: [A, B], answers: { A: 'gptj' } },
    'unasked B',
  ],
  [
    'a second one comes, the first was chosen',
    { setting: 'ask', active: [B, A], answers: { A: 'other' } },
    'other A',
  ],
])('who leads where %s', (_, { setting, active, answers = {} }, leader) => {
  const lead = leadAmong(active, setting, ({ name }) => answers[name]);
  expect(lead.kind === 'gptj' ? lead.kind : `${lead.kind} ${lead.other.name}`).toBe(leader);
});

it.each([
  [false, true],
  [true, false],
  [undefined, false],
  [null, false],
  [{ '*': false, python: true }, true],
  [{ '*': true, python: false }, false],
  [{}, false],
  ['off', false],
])('a setting of %j means that it is switched off: %s', (value, isOff) => {
  expect(isSwitchedOff(value)).toBe(isOff);
});

describe('the list', () => {
  it('names each extension once, as the marketplace does: publisher.name', () => {
    const ids = OTHER_PROVIDERS.flatMap((other) => other.ids);
    expect(new Set(ids.map((id) => id.toLowerCase())).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[\w-]+\.[\w-]+$/);
    expect(ids.length).toBeGreaterThan(10);
  });
});
