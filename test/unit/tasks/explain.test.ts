import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/userError.ts';
import type { Generated, GenerateRequest, StopReason } from '../../../src/model/generation.ts';
import { DEFAULT_PROMPTS } from '../../../src/model/prompts.ts';
import { dedent, explain, readExplanation } from '../../../src/tasks/explain.ts';

const MODEL = { name: 'Tiny', prompts: DEFAULT_PROMPTS };
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
  const answering = (text: string, stopReason: StopReason = 'rule') => {
    const asked: GenerateRequest[] = [];
    const generate = (request: GenerateRequest) => {
      asked.push(request);
      return Promise.resolve({ text, stopReason } as Generated);
    };
    return { asked, generate };
  };

  it('shows the model the code, and the question behind it', async () => {
    const { asked, generate } = answering('It adds.\n# Really.');
    const code = '    def f(x):\n        return x + 1  # {code} costs $1\n';
    const explanation = await explain(code, MODEL, generate, 'end');
    expect(explanation).toEqual({ text: 'It adds. Really.', isEndless: false });
    expect(asked[0]!.prompt).toMatchObject({
      body: 'def f(x):\n    return x + 1  # {code} costs $1',
      after: '\n\n# Explain the code above.\n# ',
      cut: 'end',
    });
    expect(asked[0]!.stop).toEqual([{ kind: 'line-without', prefix: '#' }]);
  });

  it.each([
    ['rule', false],
    ['end-of-text', false],
    ['length', true],
    ['window', true],
    ['loop', true],
  ] as const)('knows an answer that came to no end: %s', async (stopReason, isEndless) => {
    const { generate } = answering('It adds', stopReason);
    expect(await explain('x = 1', MODEL, generate, 'never')).toEqual({ text: 'It adds', isEndless });
  });

  it.each([
    ['no code', { code: ' \n ' }, 'bad-argument'],
    ['a model that was not made for it', { code: 'x = 1', prompts: {} }, 'bad-model'],
  ] as const)('fails with a sentence for %s', async (_, { code, ...model }, expected) => {
    const work = explain(code, { ...MODEL, ...model }, answering('x').generate, 'never');
    const error = await work.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: expected });
  });
});
