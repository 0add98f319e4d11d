import { describe, expect, it } from 'vitest';
import { outlineOf } from '../../../src/completion/outline.ts';
import { fitFile } from '../../../src/engine/filePrompt.ts';
import { Tokenizer } from '../../../src/tokenizer/tokenizer.ts';

const tokenizer = new Tokenizer('gpt2');
const ROOM = { windowTokens: 512, answerTokens: 40 };

const FILE = [
  'import os\nfrom json import loads\n',
  ...Array.from({ length: 120 }, (_, n) => `\ndef function_${n}(a):\n    return a + ${n} * len(os.name)\n`),
].join('');

/** As at a cursor behind `length` characters, read from `start` on. */
function fit(length: number, { start = 0 } = {}) {
  const text = FILE.slice(0, length);
  const outline = outlineOf(text, 'python');
  const { ids, healing, cutTokens } = fitFile({ start, body: text.slice(start), outline }, tokenizer, ROOM);
  return { ids, cutTokens, text: tokenizer.decode(ids) + Buffer.from(healing).toString() };
}

describe('a file that fits', () => {
  it('is shown whole', () => {
    expect(fit(800).text).toBe(FILE.slice(0, 800));
  });
});

describe('a file that does not', () => {
  it('begins with its imports and the nearest signatures of what is cut off, then at a line', () => {
    const { text, ids } = fit(6_000);
    expect(ids.length).toBeLessThanOrEqual(512 - 64);
    expect(text.startsWith('import os\nfrom json import loads\ndef function_')).toBe(true);
    const shown = text.indexOf('    return');
    const tail = text.slice(text.lastIndexOf('\n', shown - 2) + 1);
    expect(FILE.slice(0, 6_000).endsWith(tail)).toBe(true);
    // Between signatures and file nothing is left out, and nothing stands twice.
    const numbers = [...text.matchAll(/function_(\d+)/g)].map((match) => Number(match[1]));
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
  });

  it('is cut at the same place while it grows by less than a step, whatever part of it was read', () => {
    let nChanges = 0;
    let last = '';
    for (let length = 6_000; length < 7_000; length += 7) {
      const start = length < 6_500 ? 1_000 : 1_500;
      const { text } = fit(length, { start: FILE.indexOf('\n', start) + 1 });
      if (last !== '' && !text.startsWith(last.slice(0, 300))) nChanges++;
      last = text;
    }
    // A step is 192 characters.
    expect(nChanges).toBeGreaterThan(0);
    expect(nChanges).toBeLessThanOrEqual(Math.ceil(1_000 / 192) + 1);
  });

  it('that is one long line is cut in it', () => {
    const body = 'x = ' + '1 + '.repeat(2_000);
    const { ids } = fitFile({ start: 0, body, outline: [] }, tokenizer, ROOM);
    expect(ids.length).toBeGreaterThan(300);
    expect(ids.length).toBeLessThanOrEqual(512 - 64);
    expect(body.trimEnd().endsWith(tokenizer.decode(ids.slice(-50)).trim().slice(0, 100))).toBe(true);
  });
});
