import { describe, expect, it } from 'vitest';
import { fitScaffold } from '../../../src/engine/scaffoldPrompt.ts';
import { UserError } from '../../../src/base/userError.ts';
import type { ScaffoldPrompt } from '../../../src/model/generation.ts';
import { Tokenizer } from '../../../src/tokenizer/tokenizer.ts';

const tokenizer = new Tokenizer('gpt2');
/** Every word with its space is a token of its own. */
const words = (n: number, word = ' one') => word.repeat(n);

const fit = (prompt: Partial<ScaffoldPrompt>, windowTokens: number, answerTokens = 10) => {
  const whole = { before: 'Read:', turns: [], body: '', cut: 'end', after: '\nSay:', ...prompt } as const;
  const fitted = fitScaffold(whole, tokenizer, { windowTokens, answerTokens });
  return { ...fitted, text: tokenizer.decode(fitted.ids) };
};
/** "Read:" and "\nSay:" */
const SCAFFOLD_TOKENS = tokenizer.encode('Read:').length + tokenizer.encode('\nSay:').length;

describe('a scaffold that fits', () => {
  it('is taken whole', () => {
    const { text, cutTokens, droppedTurns } = fit({ turns: [' a.', ' b.'], body: ' c' }, 100);
    expect(text).toBe('Read: a. b. c\nSay:');
    expect([cutTokens, droppedTurns]).toEqual([0, undefined]);
  });

  it('may fill the window to the last token', () => {
    const room = 10 + SCAFFOLD_TOKENS + 20;
    expect(fit({ body: words(20) }, room).cutTokens).toBe(0);
    expect(fit({ body: words(21) }, room)).toMatchObject({ cutTokens: 1, text: `Read:${words(20)}\nSay:` });
  });
});

describe('where it does not fit', () => {
  const room = 10 + SCAFFOLD_TOKENS + 3;

  it.each([
    ['end', 'Read: one two three\nSay:'],
    ['start', 'Read: three four five\nSay:'],
  ] as const)('the body is cut at its %s', (cut, text) => {
    expect(fit({ body: ' one two three four five', cut }, room)).toMatchObject({ text, cutTokens: 2 });
  });

  it('a body that must not be cut is refused', () => {
    expect(() => fit({ body: words(4), cut: 'never' }, room)).toThrow(UserError);
    expect(() => fit({ body: ' one' }, 10 + SCAFFOLD_TOKENS)).toThrow(/needs \d+ tokens/);
  });

  it('turns go before anything of the body does, whole and the oldest first', () => {
    const turns = [words(8, ' a'), words(8, ' b'), words(8, ' c')];
    const fitted = fit({ turns, body: words(4) }, 10 + SCAFFOLD_TOKENS + 4 + 17);
    expect(fitted).toMatchObject({ droppedTurns: 1, cutTokens: 0 });
    expect(fitted.text).toBe(`Read:${turns[1]!}${turns[2]!}${words(4)}\nSay:`);
    expect(fit({ turns, body: words(4) }, 10 + SCAFFOLD_TOKENS + 2)).toMatchObject({
      ...{ droppedTurns: 3, cutTokens: 2 },
    });
  });

  it('the newest turn stays if it can, however large a step is', () => {
    const turns = [words(10, ' a'), words(10, ' b')];
    const room = 400;
    const body = words(room - 10 - SCAFFOLD_TOKENS - 15);
    expect(fit({ turns, body }, room)).toMatchObject({ droppedTurns: 1, cutTokens: 0 });
  });

  it('turns go in steps, so that the next questions find the same beginning', () => {
    const nDropped = Array.from({ length: 80 }, (_, index) => {
      const turns = Array.from({ length: index + 1 }, () => words(10));
      return fit({ turns, body: words(4) }, 400).droppedTurns ?? 0;
    });
    // 50 tokens are a step: five turns of ten.
    expect([...new Set(nDropped)]).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45]);
  });
});
