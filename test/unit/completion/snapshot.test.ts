import { describe, expect, it } from 'vitest';
import { indentationOf, linePrefix, lineSuffix, takeSnapshot } from '../../../src/completion/snapshot.ts';
import type { TextSource } from '../../../src/completion/textSource.ts';

const at = (source: TextSource, cursor: number, maxBefore = 64) =>
  takeSnapshot(source, cursor, { uri: 'a', languageId: 'python', maxBefore });

/** `│` is the cursor. */
function drawn(text: string, maxBefore?: number): ReturnType<typeof at> {
  return at(text.replace('│', ''), text.indexOf('│'), maxBefore);
}

describe('what stands before and after the cursor', () => {
  it.each([
    ['in the middle', 'a = 1\nb│ = 2\nc', 'a = 1\nb', ' = 2\nc'],
    ['at the very start', '│a', '', 'a'],
    ['at the very end', 'a│', 'a', ''],
    ['with line ends of Windows', 'a\r\n  b│\r\nc\r\n', 'a\n  b', '\nc\n'],
    ['with line ends of old', 'a\rb│\rc', 'a\nb', '\nc'],
    ['with tabs', '\tif x:\n\t\ty│', '\tif x:\n\t\ty', ''],
    ['behind a pair of surrogates', 'x = "😀│"', 'x = "😀', '"'],
  ])('%s', (_, text, before, after) => {
    expect(drawn(text)).toMatchObject({ before, after });
  });

  it('by lines', () => {
    const snapshot = drawn('one\n  tw│o\nthree');
    expect([linePrefix(snapshot), lineSuffix(snapshot)]).toEqual(['  tw', 'o']);
    expect(['', 'a', '  a', '\t a', '   '].map(indentationOf)).toEqual([0, 0, 2, 2, 3]);
  });
});

describe('where it begins', () => {
  const line = (n: number) => `value_${n} = ${n}\n`;
  const text = Array.from({ length: 200 }, (_, n) => line(n)).join('');

  it('at a whole line', () => {
    const { before } = at(text, 2_000, 400);
    expect(before.length).toBeLessThanOrEqual(400);
    expect(text.slice(0, 2_000).endsWith(`\n${before}`)).toBe(true);
  });

  it('at whole characters, where the line is longer than what is read', () => {
    const faces = '😀'.repeat(500);
    for (let cursor = 200; cursor < 240; cursor += 2) {
      const { before } = at(faces, cursor, 61);
      expect(before).toMatch(/^(?:😀)+$/u);
    }
  });

  it('in the same place for all but few keystrokes', () => {
    const nKeystrokes = 1_000;
    const maxBefore = 800;
    let nChanges = 0;
    let start = -1;
    for (let cursor = 1_500; cursor < 1_500 + nKeystrokes; cursor++) {
      const { before } = at(text, cursor, maxBefore);
      if (start >= 0 && cursor - before.length !== start) nChanges++;
      start = cursor - before.length;
      expect(before.length).toBeGreaterThan(maxBefore * 0.85);
    }
    // Once for every eighth of what is read.
    expect(nChanges).toBe(nKeystrokes / (maxBefore / 8));
  });

  it('in the same place with line ends of Windows, whichever way they are cut', () => {
    const windows = text.replaceAll('\n', '\r\n');
    for (let cursor = 1_500; cursor < 1_700; cursor++) {
      if (windows[cursor - 1] === '\r') continue;
      const { before } = at(windows, cursor, 400);
      expect(before).not.toContain('\r');
      expect(windows.slice(0, cursor).replaceAll('\r\n', '\n').endsWith(`\n${before}`)).toBe(true);
    }
  });
});

it('looks at little of a line of 10 MB', () => {
  let nRead = 0;
  const source: TextSource = {
    length: 10_000_000,
    slice: (start, end) => {
      nRead += end - start;
      return 'x'.repeat(end - start);
    },
  };
  const { before, after } = at(source, 5_000_000, 12_000);
  expect(nRead).toBeLessThan(250_000);
  expect([before.length <= 12_000, after.length <= 2_000]).toEqual([true, true]);
});
