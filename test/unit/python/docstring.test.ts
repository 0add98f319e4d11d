import { describe, expect, it } from 'vitest';
import { docstringEdit, withoutDocstrings } from '../../../src/python/docstring.ts';
import { edited, read } from '../../support/python.ts';

const Q = '"""';

/** What stands between « and » is the docstring: it goes. */
const withDocstring: Record<string, string> = {
  'in double quotes': `def f(x):\n«    ${Q}Adds.${Q}\n»    return x\n`,
  'in single quotes': "def f(x):\n«    '''Adds.'''\n»    return x\n",
  'of one quote': "def f(x):\n«    'Adds.'\n»    return x\n",
  'over lines, with quotes in it': `def f(x):\n«    ${Q}Adds "one".\n\n    ''' and more\n    ${Q}\n»    return x\n`,
  'raw, with a backslash': `def f(x):\n«    r${Q}A \\d and \\${Q} end.${Q}\n»    return x\n`,
  'with a comment before and behind': `def f(x):  # noqa\n«\n    ${Q}Adds.${Q}  # yes\n»    return x\n`,
  'behind texts in the signature': `def f(sep=", ", end=':'):\n«    ${Q}Joins.${Q}\n»    return sep\n`,
  'behind a signature of many lines': `def f(\n    a: int,  # first: it's one\n    b: dict[str, int],\n) -> int:\n«    ${Q}Adds.${Q}\n»    return a\n`,
  'behind decorators of many lines': `@app.get(\n    "/x",\n)\n@cached\nasync def f(x):\n«    ${Q}Adds.${Q}\n»    return x\n`,
  'of a class, not of its functions': `class A(B):\n«    ${Q}An A.${Q}\n»\n    def f(self):\n        ${Q}Stays.${Q}\n        return 1\n`,
  'below imports': `import os\n\n\ndef f(x):\n«    ${Q}Adds.${Q}\n»    return x\n`,
  'of both functions': `def f(x):\n«    ${Q}Adds.${Q}\n»    return x\n\ndef g(x):\n    return x\n`,
  'before a statement on its line': 'def f(x): «"Adds."; »return x\n',
  'in parts, in parentheses': 'def f(x):\n«    ("Adds"\n     " all.")\n»    return x\n',
  'there is none': 'def f(x):\n    return x\n',
  bytes: 'def f(x):\n    b"Adds."\n    return x\n',
  'a text that is formatted': 'def f(x):\n    f"Adds {x}."\n    return x\n',
  'a text that is used': `def f(x):\n    ${Q}a{}${Q}.format(x)\n    return x\n`,
  'an empty text that is assigned': `def f(x):\n    s = ""\n    return s\n`,
  'all there is in the function': `def f(x):\n    ${Q}Adds.${Q}\n`,
  'not finished, as the text ends in it': `def f(x):\n    ${Q}Adds all\n`,
  'another language': 'class A {\n  f() { return "a:\\n"; }\n}\n',
};

describe('a docstring goes', () => {
  it.each(Object.entries(withDocstring))('%s', (_, drawing) => {
    const text = drawing.replace(/[«»]/g, '');
    expect(withoutDocstrings(read(text), { start: 0, end: text.length })).toBe(
      drawing.replace(/«[^]*?»/g, ''),
    );
  });
});

/** `«before¦after»`, or `«after»` where there was nothing; the words are 'Adds one.' unless there are others. */
const insertions: Record<string, [string, string?]> = {
  'below a header': [`def f(x):«\n    ${Q}Adds one.${Q}»\n    return x\n`],
  'below a header with a comment': [`def f(x):  # noqa«\n    ${Q}Adds one.${Q}»\n\n    # so\n    return x\n`],
  'below a header of many lines': [
    `def f(\n  a,\n  b: 'x:y' = 1,\n) -> A:«\n    ${Q}Adds one.${Q}»\n    return x\n`,
  ],
  'in a function of one line': [`def f(x):« ¦\n    ${Q}Adds one.${Q}\n    »return x; y\nz = 1\n`],
  'in a method of one line': [`class A:\n  def f(self):« ¦\n    ${Q}Adds one.${Q}\n    »...\n`],
  'behind decorators, async': [`@a\n@b\nasync def f(x):«\n  ${Q}Adds one.${Q}»\n  return x\n`],
  'in a class, with an empty line': [`class A:«\n    ${Q}Adds one.${Q}\n»\n    x = 1\n`],
  'in a class that has an empty line': [`class A(B):«\n    ${Q}Adds one.${Q}»\n\n    x = 1\n`],
  'with tabs': [`class A:\n\n\tdef f(self):«\n\t\t${Q}Adds one.${Q}»\n\t\tpass\n`],
  'with CRLF': [`def f(x):«\r\n    ${Q}Adds one.${Q}»\r\n    return x\r\n`],
  "in the file's quotes": [`def g():\n    '''G.'''\n\ndef f(x):«\n    '''Adds one.'''»\n    return x\n`],
  'on top of a backslash': [`def f(x):« \\\n  ¦\n  ${Q}Adds one.${Q}\n  »return x\n`],
  'of several sentences': [
    `def f(x):«\n    ${Q}Adds one.\n\n    And "two". Or three.\n\n    More.\n    ${Q}»\n    return x\n`,
    'Adds one. And "two". Or three.\n\nMore.',
  ],
  'with what could end it': [
    `def f(x):«\n    ${Q}A \\"\\"\\" \\\\ and "q\\"${Q}»\n    return x\n`,
    'A """ \\ and "q"',
  ],
  'in place of one that is there': [`def f(x):\n    «'Old.'¦'''Adds one.'''»  # c\n    return x\n`],
  'in place of one in parentheses': [`def f(x):\n    «("O" 'ld')¦${Q}Adds one.${Q}»\n`],
  'in place of one on the header line': [`class A: «'Old.'¦'''Adds one.'''»\n`],
  'that is long': [
    `def f(x):«\n    ${Q}${'word '.repeat(13)}word\n    word word word word word word\n    ${Q}»\n    return x\n`,
    'word '.repeat(20),
  ],
};

describe('a docstring is inserted', () => {
  it.each(Object.entries(insertions))('%s', (_, [drawing, words = 'Adds one.']) => {
    const before = drawing.replace(/«(?:([^»]*)¦)?[^»]*»/, '$1');
    const after = drawing.replace(/«(?:[^»]*¦)?([^»]*)»/, '$1');
    const file = read(before);
    const edit = docstringEdit(file, file.definitions.at(-1)!, words, { indentationStep: '    ' });
    expect(edited(before, edit!)).toBe(after);
  });

  it('is not where the header is broken', () => {
    const file = read('def f(x:\n    return x\n');
    expect(docstringEdit(file, file.definitions[0]!, 'New.', { indentationStep: '    ' })).toBeUndefined();
  });
});
