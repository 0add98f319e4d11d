import { expect, it } from 'vitest';
import { codeTokens } from '../../../src/evaluation/codeTokens.ts';

it.each([
  ['    self.x_1 = größe2', ['self', '.', 'x_1', '=', 'größe2']],
  ['f(0x1F, 1.5)', ['f', '(', '0x1F', ',', '1.5', ')']],
  [`a = "b \\" c" + rb'd'`, ['a', '=', String.raw`"b \" c"`, '+', `rb'd'`]],
  ['x = "not closed', ['x', '=', '"not closed']],
  [`# don't stop`, ['#', 'don', `'`, 't', 'stop']],
  ['', []],
])('%s', (line, tokens) => {
  expect(codeTokens(line).map(({ text }) => text)).toEqual(tokens);
  for (const { text, start } of codeTokens(line)) expect(line.startsWith(text, start)).toBe(true);
});
