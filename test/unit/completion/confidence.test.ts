import { describe, expect, it } from 'vitest';
import { likelyBeginning } from '../../../src/completion/confidence.ts';
import type { Continuation } from '../../../src/completion/continuation.ts';
import { snapshotAt } from '../../support/drawing.ts';

/** Tokens and their probabilities. */
function said(
  tokens: readonly (readonly [string, number])[],
  end: Continuation['end'] = 'complete',
): Continuation {
  let length = 0;
  return {
    origin: snapshotAt('x│'),
    text: tokens.map(([text]) => text).join(''),
    tokenEnds: tokens.map(([text]) => (length += text.length)),
    logProbabilities: tokens.map(([, probability]) => Math.log(probability)),
    end,
  };
}

describe('how much is sure enough', () => {
  const call = said([
    [' total', 0.9],
    ['(', 0.85],
    ['rows', 0.9],
    [')', 0.95],
  ]);

  it.each([
    [0, ' total(rows)', 0.654],
    [0.66, ' total(rows', 0.6885],
    [0.7, ' total(', 0.765],
    [0.8, ' total', 0.9],
    [0.95, '', 1],
  ])('with a threshold of %f: %j', (threshold, text, probability) => {
    const likely = likelyBeginning(call, 0, threshold);
    expect(likely.text).toBe(text);
    expect(likely.probability).toBeCloseTo(probability);
  });

  it('is more once the doubtful part has been typed', () => {
    expect(likelyBeginning(call, ' total('.length, 0.8).text).toBe('rows)');
    expect(likelyBeginning(call, ' total(rows'.length, 0.8).text).toBe(')');
  });

  it('leaves out a doubtful end that would cost more acceptances than it saves keystrokes', () => {
    const doubtful = said([
      ['self.', 0.9],
      ['x', 0.2],
    ]);
    expect(likelyBeginning(doubtful, 0, 0.1).text).toBe('self.');
  });

  it('does not end inside a word', () => {
    const word = said([
      ['some', 0.9],
      ['thing', 0.2],
      [' else', 0.9],
    ]);
    expect(likelyBeginning(word, 0, 0.5).text).toBe('');
    expect(likelyBeginning(word, 0, 0.15).text).toBe('something else');
    // The model was stopped there: what follows may still belong to the word.
    expect(likelyBeginning(said([['some', 0.9]], 'unlikely'), 0, 0.5).text).toBe('');
    expect(likelyBeginning(said([['some', 0.9]]), 0, 0.5).text).toBe('some');
  });

  it('is whole lines behind the first', () => {
    const lines = said([
      ['a = 1', 0.9],
      ['\n', 0.9],
      ['b', 0.9],
      [' = 2', 0.9],
      ['\n', 0.9],
      ['c', 0.9],
      [' = 3', 0.2],
    ]);
    expect(likelyBeginning(lines, 0, 0.5).text).toBe('a = 1\nb = 2');
    expect(likelyBeginning(lines, 0, 0.7).text).toBe('a = 1');
    expect(likelyBeginning(lines, 'a = 1'.length, 0.7).text).toBe('\nb = 2');
  });
});
