import { describe, expect, it } from 'vitest';
import { Fields } from '../../../src/base/fields.ts';
import { UserError } from '../../../src/base/userError.ts';
import { fillTemplate, parsePrompts } from '../../../src/model/prompts.ts';

it.each([
  ['fills each place', '{a}-{b}-{a}', { a: '1', b: '2' }, '1-2-1'],
  ['keeps what is no place', 'if x { y } {unknown} {}', { y: '!' }, 'if x { y } {unknown} {}'],
  ['takes $ as it is', '{a}', { a: "$& $1 $$ $'" }, "$& $1 $$ $'"],
  ['does not fill what it has filled in', '{a}{b}', { a: '{b}', b: '{a}' }, '{b}{a}'],
  ['knows no properties of objects', '{toString}{__proto__}', {}, '{toString}{__proto__}'],
  ['takes an empty value', '[{a}]', { a: '' }, '[]'],
] as const)('%s', (_, template, values, expected) => {
  expect(fillTemplate(template, values)).toBe(expected);
});

describe('the tasks that a manifest names', () => {
  const parse = (json: string) =>
    parsePrompts(new Fields(JSON.parse(json), { file: 'm', code: 'bad-model' }));

  it.each([
    ['an older one does not speak of them', '{}', {}],
    ['none', '{"tasks": {}}', { tasks: {} }],
    ['one as it is', '{"tasks": {"chat": {}}}', { tasks: { chat: {} } }],
    [
      'one in other words',
      '{"tasks": {"chat": {"template": "{{input}}"}}}',
      { tasks: { chat: { template: '{{input}}' } } },
    ],
  ])('%s', (_, json, expected) => expect(parse(json)).toEqual(expected));

  it('may have any id, and change nothing else by it', () => {
    const { tasks } = parse('{"tasks": {"__proto__": {"template": "a"}}}');
    expect(Object.keys(tasks!)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(tasks)).toBe(Object.prototype);
  });

  it.each(['{"tasks": []}', '{"tasks": {"chat": "a"}}', '{"tasks": {"chat": {"template": 1}}}'])(
    'are refused as %s',
    (json) => expect(() => parse(json)).toThrow(UserError),
  );
});
