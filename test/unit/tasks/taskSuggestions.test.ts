import { describe, expect, it } from 'vitest';
import { readTaskFile } from '../../../src/tasks/taskFile.ts';
import { suggestionsAt } from '../../../src/tasks/taskSuggestions.ts';

/** `│` is the cursor. */
const labelsAt = (drawing: string) =>
  suggestionsAt(drawing.replace('│', ''), drawing.indexOf('│')).map(({ label }) => label);

describe('what could be written next', () => {
  it.each([
    ['a value', '---\ninput: │\n---\n', ['selection', 'file', 'typed']],
    ['a value that is begun', '---\noutput: in│\n---\n', ['view', 'insert', 'replace', 'document', 'copy']],
    ['nothing of an unknown field', '---\ncolour: │\n---\n', []],
    ['nothing in a prompt', '---\nid: a\n---\nin│put', []],
    ['nothing behind a value', '---\ntitle: A B│\n---\n', []],
    ['nothing without a front matter', 'in│put: a', []],
  ])('%s', (_, drawing, expected) => expect(labelsAt(drawing)).toEqual(expected));

  it('a field that is not there yet', () => {
    const labels = labelsAt('---\nid: a\nin│\ntitle: b\n---\n');
    expect(labels).toContain('input');
    expect(labels).not.toContain('id');
    expect(labels).not.toContain('title');
  });

  it('a whole task in an empty file, which is one once it is filled in', () => {
    const [{ snippet } = { snippet: '' }] = suggestionsAt('', 0);
    const filled = snippet
      .replace(/\$\{\d+\|([^,|]+)[^|]*\|\}/g, '$1')
      .replace(/\$\{\d+:([^}]*)\}/g, '$1')
      .replaceAll('\\\\', '\\');
    expect(readTaskFile(filled).problems).toEqual([]);
  });
});
