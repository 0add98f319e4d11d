import { expect, it } from 'vitest';
import { fillTemplate } from '../../../src/model/prompts.ts';

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
