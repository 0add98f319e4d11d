import { expect, it } from 'vitest';
import type { Part } from '../../../src/python/part.ts';
import { qualifiedName } from '../../../src/python/structure.ts';
import { targetOf } from '../../../src/python/target.ts';
import { drawn } from '../../support/python.ts';

function named({ subject }: Part): string {
  return subject.kind === 'definition' ? qualifiedName(subject.definition) : subject.kind;
}

it.each([
  ['in a body', 'def f(x):\n    re│turn x\n\ny = 1\n', 'f', '1-2'],
  ['in a name', 'x = 1\ndef f│oo(x):\n    return x\n', 'foo', '2-3'],
  ['in a decorator', '@a\n@b(\n  1│,\n)\ndef f(x):\n    return x\n', 'f', '1-6'],
  ['in the indentation', 'class A:\n  │  def f(self):\n        pass\n', 'A.f', '2-3'],
  ['behind the last statement, in a comment', 'def f(x):\n    return x  # so│\n', 'f', '1-2'],
  ['in the inner one of two', 'def f(x):\n    def g(y):\n        return y│\n    return g\n', 'f.g', '2-3'],
  [
    'in the outer one, below the inner',
    'def f(x):\n    def g(y):\n        return y\n    return│ g\n',
    'f',
    '1-4',
  ],
  ['in a class, between its methods', 'class A:\n    x = │1\n    def f(self): pass\n', 'A', '1-3'],
  ['in an async function', 'async def f(x):\n    await│ x\n', 'f', '1-2'],
  ['in a function below `if`', 'if a:\n    def f(x):\n        return│ x\n', 'f', '2-3'],
  ['in a function of one line', 'x = 1\ndef f(x): return│ x\ny = 2\n', 'f', '2-2'],
  ['in a function with CRLF', 'def f(x):\r\n    return│ x\r\n', 'f', '1-2'],
  ['behind it', 'def f(x):\n    return x\n\n│\ny = 1\n', 'outline', '1-5'],
  ['in an empty file', '│', 'outline', '1-1'],
  ['a selection of nothing but space', 'def f(x):\n├    ┤return x\n', 'f', '1-2'],
  ['a selection', 'def f(x):\n├    y = x\n    z = y┤\n    return z\n', 'code', '2-3'],
  ['a selection with space around it', 'x = 1\n├\n  \ny = 2\n\n┤z = 3\n', 'code', '4-4'],
  ['all of a function', '├def f(x):\n    return x┤\n', 'f', '1-2'],
  [
    'all of it, and a comment',
    'class A:\n    ├def f(x):\n        return x  # so\n    # well\n┤\n',
    'A.f',
    '2-3',
  ],
  ['all but a comment behind it', '├def f(x):\n    return x┤  # so\n', 'f', '1-2'],
  ['all but its decorators', '@a\n├def f(x):\n    return x┤\n', 'f', '1-3'],
  ['a function and a bit more', '├def f(x):\n    return x\ny = 1┤\n', 'code', '1-3'],
  ['a function that is not complete', 'def f(x:\n    ret│urn x\n', 'outline', '1-2'],
])('%s', (_, drawing, name, lines) => {
  const { file, selection } = drawn(drawing);
  const part = targetOf(file, selection);
  expect(`${named(part)} ${part.lines.first}-${part.lines.last}`).toBe(`${name} ${lines}`);
});
