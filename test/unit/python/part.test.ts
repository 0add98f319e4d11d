import { describe, expect, it } from 'vitest';
import type { Part } from '../../../src/python/part.ts';
import { targetOf } from '../../../src/python/target.ts';
import { drawn } from '../../support/python.ts';

const SHOP = `
import os
@register
class Shop(Base):
    "│A shop."
    size = 1
    name = ''

    @cached
    def add(self, item):
        """Adds."""
        self.items.append(item)
        if item.price > 3:
            self.total += 1
        else:
            self.total -= 1
        return self

    async def close(self): pass


def other(
    a,
    b,
):
    return a
`;

const partOf = (drawing: string) => {
  const { file, selection } = drawn(drawing);
  return targetOf(file, selection);
};
const codes = (parts: readonly Part[]) => parts.map(({ code }) => code);

describe('what is too long is split', () => {
  it('a class by its methods, under its header', () => {
    const parts = partOf(SHOP).split(1_000);
    expect(parts.map(({ lines }) => `${lines.first}-${lines.last}`)).toEqual(['6-7', '9-17', '19-19']);
    expect(codes(parts)).toEqual([
      "class Shop(Base):\n    ...\n    size = 1\n    name = ''",
      'class Shop(Base):\n    ...\n    @cached\n    def add(self, item):\n        self.items.append(item)\n' +
        '        if item.price > 3:\n            self.total += 1\n        else:\n            self.total -= 1\n        return self',
      'class Shop(Base):\n    ...\n    async def close(self): pass',
    ]);
  });

  it('a function by its statements, and those by their branches', () => {
    const method = partOf(SHOP).split(1_000)[1]!;
    const parts = method.split(10);
    const header = 'class Shop(Base):\n    ...\n    def add(self, item):\n        ...\n';
    expect(codes(parts)).toEqual([
      `${header}        self.items.append(item)`,
      `${header}        if item.price > 3:\n            self.total += 1\n        else:\n            self.total -= 1`,
      `${header}        return self`,
    ]);
    expect(codes(parts[1]!.split(10))).toEqual([
      `${header}        if item.price > 3:\n            self.total += 1`,
      `${header}        else:\n            self.total -= 1`,
    ]);
    expect(parts[0]!.split(10)).toEqual([]);
  });

  it('statements that were put together, by halves', () => {
    const [group] = partOf('a = 1\nb = 2\nc = 3│\n').split(1_000);
    expect(codes(group!.split(10))).toEqual(['a = 1\nb = 2', 'c = 3']);
  });

  it('a file by its definitions', () => {
    const parts = partOf(SHOP.replace('│', '').replace('import', 'imp│ort')).split(1_000);
    expect(parts.map(({ lines }) => `${lines.first}-${lines.last}`)).toEqual(['2-2', '3-19', '22-26']);
  });

  it('a selection by what lies in it', () => {
    const parts = partOf(
      SHOP.replace('│', '').replace('size', '├size').replace('self.total += 1', 'self.total += 1┤'),
    );
    expect(parts.split(1_000).map(({ lines }) => `${lines.first}-${lines.last}`)).toEqual(['6-14']);
    expect(codes(parts.split(10))).toEqual([
      '    size = 1',
      "    name = ''",
      // What was cut off at its end.
      '    @cached\n    def add(self, item):\n        """Adds."""\n        self.items.append(item)\n        if item.price > 3:\n            self.total += 1',
    ]);
  });
});

it('a file is outlined by its headers, without docstrings', () => {
  expect(partOf(SHOP.replace('│', '').replace('import', 'imp│ort')).code).toBe(`import os
@register
class Shop(Base):
    size = 1
    name = ''
    @cached
    def add(self, item): ...
    async def close(self): ...
def other(
    a,
    b,
): ...`);
});

it.each([
  ['fits', 'def f(x):\n    re│turn x\n', false],
  ['has an error in it', 'def f(x):\n    x│ = = 2\n', true],
  ['has an error elsewhere', 'x = = 2\n\ndef f(x):\n    ret│urn x\n', false],
  ['is a selection with one', '├x = (1\n┤', true],
])('whether it parses: it %s', (_, drawing, hasErrors) => {
  expect(partOf(drawing).hasErrors).toBe(hasErrors);
});
