import { expect, it } from 'vitest';
import { isDuplicate } from '../../../src/evaluation/duplicates.ts';
import { readDrawing } from '../../support/drawing.ts';

it.each([
  ['├return x┤\n    return x\n', true],
  ['├a = 1\nreturn x┤\n\n\n  return x', true],
  ['ret├urn x┤\nreturn x', true],
  ['x = ├value┤\nvalue', false],
  ['├return x┤\nb\nreturn x', false],
  ['├end┤\nend', false],
  ['├return x┤', false],
  ['f(├a)┤)', true],
  ['f(├a]┤)', false],
  ['f(├g(a)┤)', false],
  ['f(├g(a))┤)', true],
  ['[├1] ┤ ]', true],
])('%j: %s', (drawing, expected) => {
  const { snapshot, completion } = readDrawing(drawing);
  expect(isDuplicate(completion, snapshot)).toBe(expected);
});
