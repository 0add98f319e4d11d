import { describe } from 'vitest';
import { cutRepetition } from '../../../../src/completion/filters/cutRepetition.ts';
import { dropRepeatOfFollowing } from '../../../../src/completion/filters/dropRepeatOfFollowing.ts';
import { dropUseless } from '../../../../src/completion/filters/dropUseless.ts';
import type { Filter } from '../../../../src/completion/filters/filter.ts';
import { keepToLine } from '../../../../src/completion/filters/keepToLine.ts';
import { stopAtBlockEnd } from '../../../../src/completion/filters/stopAtBlockEnd.ts';
import { trimEnd } from '../../../../src/completion/filters/trimEnd.ts';
import { checksOf, keepsOf } from '../../../support/drawing.ts';

/** What is offered, and what is left of it; one drawing alone is kept as it is. */
type Case = readonly [title: string, offered: string, kept?: string];

function checkAll(name: string, filter: Filter, cases: readonly Case[]): void {
  describe(name, () => {
    for (const [title, offered, kept] of cases) {
      if (kept === undefined) keepsOf(filter)(title, offered);
      else checksOf(filter)(title, offered, kept);
    }
  });
}

checkAll('keepToLine', keepToLine, [
  ['a second line where a line is completed', 'x = ├1\ny = 2┤', 'x = ├1┤'],
  ['a block where a block begins', 'if x:├\n    return 1\n    pass┤'],
]);

checkAll('stopAtBlockEnd', stopAtBlockEnd, [
  [
    'the closing line belongs to the block, what follows does not',
    `
    function area(radius) {
      ├const square = radius * radius;
      return Math.PI * square;
    }

    function other() {┤
    `,
    `
    function area(radius) {
      ├const square = radius * radius;
      return Math.PI * square;
    }┤
    `,
  ],
  [
    'a line that opens the next block does not belong to it',
    `
    if (a) {
      ├b();
    } else {
      c();┤
    `,
    `
    if (a) {
      ├b();┤
    `,
  ],
  ['at the top nothing is outside', '├import os\n\ndef f():\n    pass┤'],
  [
    'inner blocks and empty lines',
    `
    def f():
        ├for x in y:
            print(x)

        return y┤
    `,
  ],
]);

checkAll('cutRepetition', cutRepetition, [
  ['the line above, again', '\nprint(total)\n├print(total)┤\n', '\nprint(total)\n├┤\n'],
  ['the line above, half typed', '\nprint(total)\nprint(├total)┤\n', '\nprint(total)\nprint(├┤\n'],
  [
    'a line over and over',
    `
    ├values.append(1)
    values.append(1)
    values.append(1)┤
    `,
    `
    ├values.append(1)┤
    `,
  ],
  [
    'two lines over and over, with an empty one between them',
    `
    def f(x):
        ├if x > 1:
            x = x - 1

        if x > 1:
            x = x - 1┤
    `,
    `
    def f(x):
        ├if x > 1:
            x = x - 1
    ┤
    `,
  ],
  [
    'the two lines above',
    `
    a = read(first)
    show(a, again)
    ├a = read(first)
    show(a, again)
    close()┤
    `,
    `
    a = read(first)
    show(a, again)
    ├┤
    `,
  ],
  [
    'the same end of two branches',
    `
    def f(a, b):
        ├if a is None:
            return None
        if b is None:
            return None
        return a + b┤
    `,
  ],
  ['short lines twice', '├end\nend┤'],
  ['rows that differ', '\n[1, 0, 0],\n├[0, 1, 0],\n[0, 0, 1],┤\n'],
]);

checkAll('dropRepeatOfFollowing', dropRepeatOfFollowing, [
  [
    'the next line',
    `
    def f():
        ├x = 1
        return x┤

        return x
    `,
    `
    def f():
        ├x = 1┤

        return x
    `,
  ],
  [
    'the next line is all that is offered',
    `
    def f():
        ├return x┤
        return x
    `,
    `
    def f():
        ├┤
        return x
    `,
  ],
  [
    'half of it is typed already',
    `
    def f():
        ret├urn x┤
        return x
    `,
    `
    def f():
        ret├┤
        return x
    `,
  ],
  [
    'the bracket of an inner block is not the one that follows',
    `
    function f() {
      ├if (x) {
        a();
      }
      return 1;
    }┤
    }
    `,
    `
    function f() {
      ├if (x) {
        a();
      }
      return 1;┤
    }
    `,
  ],
  [
    'nearly the next line',
    `
    ├total = sum(value for value in values if value > 0)┤
    total = sum(value for value in values if value >= 0)
    `,
    `
    ├┤
    total = sum(value for value in values if value >= 0)
    `,
  ],
  ['a line that differs in more', '\n├first = values[0]┤\nsecond = values[1]\n'],
  ['a short line that differs in one character', '\n├x = a┤\nx = b\n'],
  ['nothing follows', 'x = ├1┤'],
]);

checkAll('trimEnd', trimEnd, [['what cannot be seen', 'x├ = 1  \n┤', 'x├ = 1┤']]);

checkAll('dropUseless', dropUseless, [
  ['one character', 'x├s┤', 'x├┤'],
  ['punctuation', 'f(x├):\n┤', 'f(x├┤'],
  ['two letters', 'x = ├ab┤'],
  ['a digit and a bracket', 'f(├1)┤'],
  ['letters of other alphabets', 'x = "├日本┤'],
]);
