import { describe, expect, it } from 'vitest';
import { countKeystrokes } from '../../../src/evaluation/keystrokes.ts';
import { sampleStretches, type SourceText } from '../../../src/evaluation/stretches.ts';

/** Lines that are all different, 10 keystrokes each with their indentation and line end. */
function source(file: string, nLines: number): SourceText {
  const line = (_: unknown, index: number) => `    ${file}${String(index).padStart(7, '0')}\n`;
  return { file, text: Array.from({ length: nLines }, line).join('') };
}

const sample = (sources: readonly SourceText[], maxRequests: number, seed = 1) =>
  sampleStretches(sources, { maxRequests, seed });

it('types files that are small enough from beginning to end', () => {
  const sources = [source('a', 3), source('b', 2)];
  expect(sample(sources, 100)).toEqual(
    sources.map(({ file, text }) => ({ file, text, above: '', below: '' })),
  );
});

describe('a sample', () => {
  const sources = [source('a', 100), source('b', 400), source('c', 50)];

  it.each([50, 300, 1_000, 3_000])('of %d requests stays below that, and near it', (maxRequests) => {
    const stretches = sample(sources, maxRequests);
    const nRequests = stretches.reduce((sum, { text }) => sum + countKeystrokes(text) + 1, 0);
    expect(nRequests).toBeLessThanOrEqual(maxRequests);
    expect(nRequests).toBeGreaterThan(maxRequests - 12);
  });

  it('has lines of every file, 12 in a row at the most, with all that stands around them', () => {
    const stretches = sample(sources, 1_000);
    expect(new Set(stretches.map(({ file }) => file))).toEqual(new Set(['a', 'b', 'c']));
    for (const { file, above, text, below } of stretches) {
      expect(above + text + below).toBe(sources.find((other) => other.file === file)!.text);
      expect(text.split('\n').length).toBeLessThanOrEqual(12);
      expect(above).toMatch(/^$|\n$/);
      expect(below).toMatch(/^$|^\n/);
    }
  });

  it('never has a line twice', () => {
    const lines = sample(sources, 2_000).flatMap(({ text }) =>
      text.split('\n').filter((line) => line !== ''),
    );
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(sample(sources, 500, 7)).toEqual(sample(sources, 500, 7));
    expect(sample(sources, 500, 7)).not.toEqual(sample(sources, 500, 8));
  });

  it('takes shorter stretches where twelve lines of each file would be too many', () => {
    const files = new Set(sample(sources, 100).map(({ file }) => file));
    expect(files.size).toBe(3);
  });

  it('has nothing that is blank, and is empty where not even a line fits', () => {
    const blank = { file: 'd', text: '\n'.repeat(500) };
    expect(sample([blank], 100)).toEqual([]);
    expect(sample([source('a', 1), blank], 5)).toEqual([]);
    const halfBlank = { file: 'e', text: source('e', 20).text + blank.text };
    const typed = sample([halfBlank], 500).flatMap(({ text }) => text.split('\n'));
    expect(typed.filter((line) => line !== '')).toHaveLength(20);
  });
});
