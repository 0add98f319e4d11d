import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/userError.ts';
import type { Generated, GenerateRequest } from '../../../src/model/generation.ts';
import { DEFAULT_PROMPTS } from '../../../src/model/prompts.ts';
import { dedent, explain, readExplanation, withoutDocstring } from '../../../src/tasks/explain.ts';

const MODEL = { name: 'Tiny', prompts: DEFAULT_PROMPTS };
const Q = '"""';

/** What stands between « and » is the docstring: it goes. */
const functions: Record<string, string> = {
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
  'there is none': 'def f(x):\n    return x\n',
  'a text that is used': `def f(x):\n    ${Q}a{}${Q}.format(x)\n    return x\n`,
  'an empty text that is assigned': `def f(x):\n    s = ""\n    return s\n`,
  'all there is in the function': `def f(x):\n    ${Q}Adds.${Q}\n`,
  'not finished, as the selection ends in it': `def f(x):\n    ${Q}Adds all\n`,
  'another language': 'class A {\n  f() { return "a:\\n"; }\n}\n',
};

describe('a docstring goes', () => {
  it.each(Object.entries(functions))('%s', (_, drawing) => {
    expect(withoutDocstring(drawing.replace(/[«»]/g, ''))).toBe(drawing.replace(/«[^]*»/, ''));
  });

  it('without trying all ways to read many backslashes', () => {
    const startMs = performance.now();
    withoutDocstring(`def f():\n    ${Q}${'\\\\'.repeat(5_000)}`);
    withoutDocstring(`def f(${'"a:b", '.repeat(5_000)}`);
    withoutDocstring('class a b:c\n'.repeat(2_000));
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});

describe('indentation that all lines share goes', () => {
  it.each([
    ['    a\n      b\n\n    c', 'a\n  b\n\nc'],
    ['\n  \n\ta\n\t\tb', 'a\n\tb'],
    ['  a\r\n    b\r\n', 'a\n  b\n'],
    ['a\n    b', 'a\n    b'],
    ['   ', ''],
  ])('%j', (code, expected) => expect(dedent(code)).toBe(expected));

  it('of a very long file', () => {
    expect(dedent('  x\n'.repeat(300_000))).toBe('x\n'.repeat(300_000));
  });
});

it.each([
  ['one line', 'It adds.', 'It adds.'],
  [
    'signs are taken off, lines joined',
    'It adds\n# two numbers.\n#\n# And more.',
    'It adds two numbers.\n\nAnd more.',
  ],
  ['empty lines at the ends', '\n# It adds.\n\n', 'It adds.'],
  ['nothing', '# \n#\n', ''],
])('an answer is read: %s', (_, answer, expected) => {
  expect(readExplanation(answer, { template: '', linePrefix: '# ' })).toBe(expected);
});

describe('explaining', () => {
  const answering = (text: string) => {
    const asked: GenerateRequest[] = [];
    const generate = (request: GenerateRequest) => {
      asked.push(request);
      return Promise.resolve({ text, cutTokens: 7 } as Generated);
    };
    return { asked, generate };
  };

  it('shows the model the code, and the question behind it', async () => {
    const { asked, generate } = answering('It adds.\n# Really.');
    const code = `    def f(x):\n        ${Q}Adds.${Q}\n        return x + 1  # {code} costs $1\n`;
    expect(await explain(code, MODEL, generate)).toEqual({ text: 'It adds. Really.', cutTokens: 7 });
    expect(asked[0]!.prompt).toMatchObject({
      body: 'def f(x):\n    return x + 1  # {code} costs $1',
      after: '\n\n# Explain the code above.\n# ',
      cut: 'end',
    });
    expect(asked[0]!.stop).toEqual([{ kind: 'line-without', prefix: '#' }]);
  });

  it.each([
    ['no code', { code: ' \n ', answer: 'x' }, 'bad-argument'],
    ['a model that was not made for it', { code: 'x = 1', answer: 'x', prompts: {} }, 'bad-model'],
    ['no answer', { code: 'x = 1', answer: '\n#\n' }, 'internal'],
  ] as const)('fails with a sentence for %s', async (_, { code, answer, ...model }, expected) => {
    const work = explain(code, { ...MODEL, ...model }, answering(answer).generate);
    const error = await work.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: expected });
  });
});
