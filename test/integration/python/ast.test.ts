/** The grammar and what is made with it, against Python's own parser. Skipped where there is no python3. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { docstringParagraphs } from '../../../src/python/docstringWords.ts';
import { docstringEdit } from '../../../src/python/docstring.ts';
import { qualifiedName, type Definition, type PythonFile, type Span } from '../../../src/python/structure.ts';
import { linesOf } from '../../../src/python/textLines.ts';
import { commentEdit } from '../../../src/python/comment.ts';
import { edited, read } from '../../support/python.ts';
import { hasPython, readWithPython } from '../../support/pythonAst.ts';
import { seededRandom } from '../../../src/base/seededRandom.ts';

const HELD_OUT = path.resolve(import.meta.dirname, '../../heldout/python');
const files = readdirSync(HELD_OUT, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.py'),
);
const texts = files.map((name) => readFileSync(path.join(HELD_OUT, name), 'utf8'));

/** What a model may say, and what must not end a docstring or come out changed. */
const WORDS = [
  'Adds one.',
  `Says """ and ''' and \\n, "so"`,
  'Ends in a backslash \\',
  `Ends in quotes """`,
  `"Begins" with one. And {has} %s more sentences. ${'Many words more. '.repeat(12)}`,
  'One.\n\nÄnother paragraph 🐍.',
  `${'long'.repeat(40)} and 'short'`,
];

describe.skipIf(!hasPython)('as Python reads it (python3)', () => {
  it('every definition of the held-out files is found: name, kind, lines, docstring', () => {
    const truth = readWithPython(texts.map((text) => ({ text })));
    const found = texts.map((text) => described(read(text)));
    expect(truth.flatMap(({ definitions }) => definitions).length).toBeGreaterThan(250);
    for (const [index, name] of files.entries()) {
      const expected = truth[index]!.definitions.map((definition) => ({ ...definition, words: undefined }));
      expect(found[index], name).toEqual(expected);
    }
  });

  it('what their docstrings say is read, but for escapes', () => {
    const truth = readWithPython(texts.map((text) => ({ text })));
    for (const [index, text] of texts.entries()) {
      const file = read(text);
      const said = file.definitions.map((one) => docstringParagraphs(file, one).join(' '));
      const words = truth[index]!.definitions.map((definition) => oneLine(definition.words ?? ''));
      const isPlain = (_: string, at: number) => !said[at]!.includes('\\');
      expect(said.filter(isPlain), files[index]).toEqual(words.filter(isPlain));
    }
  });

  it('an inserted docstring says the words, and nothing else has changed', () => {
    const random = seededRandom(5);
    const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!;
    const changes = texts.flatMap((text) =>
      Array.from({ length: 6 }, () => {
        const file = read(pick(variants(text)));
        const index = Math.floor(random() ** 2 * file.definitions.length);
        // The last ones are where the functions of one line are.
        const definition = file.definitions.at(-1 - index)!;
        const words = pick(WORDS);
        const edit = docstringEdit(file, definition, words, { indentationStep: '    ' })!;
        const name = qualifiedName(definition);
        return { name, index, words, before: file.text, after: edited(file.text, edit) };
      }),
    );
    const asts = readWithPython(
      changes.flatMap(({ before, after, name }) => [
        { text: before, without: name },
        { text: after, without: name },
      ]),
    );
    for (const [at, { name, index, words }] of changes.entries()) {
      const [was, is] = [asts[2 * at]!, asts[2 * at + 1]!];
      expect(oneLine(is.definitions.at(-1 - index)!.words!), name).toBe(oneLine(words));
      expect(is.rest === was.rest, `${name} is otherwise unchanged`).toBe(true);
    }
  });

  it('a comment changes nothing, wherever it is asked for', () => {
    const random = seededRandom(7);
    const places = texts.flatMap((text) =>
      Array.from({ length: 4 }, () => ({ text, at: Math.floor(random() * text.length) })),
    );
    const commented = places.map(({ text, at }) => edited(text, commentEdit(read(text), at, WORDS[4]!)));
    const asts = readWithPython([
      ...places.map(({ text }) => ({ text })),
      ...commented.map((text) => ({ text })),
    ]);
    for (const [index, { text, at }] of places.entries()) {
      const isSame = asts[index]!.rest === asts[places.length + index]!.rest;
      expect(isSame, `a comment above ${JSON.stringify(text.slice(at, at + 40))}`).toBe(true);
    }
  });
});

/** The same as what Python says. */
function described(file: PythonFile) {
  const lines = (span: Span) => [linesOf(file.text, span).first, linesOf(file.text, span).last];
  return file.definitions.map((definition: Definition) => ({
    name: qualifiedName(definition),
    kind: definition.kind,
    lines: lines(definition),
    header: lines(definition.body.header)[0],
    docstring: definition.docstring ? lines(definition.docstring) : null,
    words: undefined,
  }));
}

/** As it is, with tabs, with CRLF, and with functions of one line at its end. */
function variants(text: string): string[] {
  const tabs = text.replace(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4));
  return [
    text,
    tabs,
    text.replaceAll('\n', '\r\n'),
    `${text}\n\ndef one(x): return x; y = 1\n\nclass Two: pass\n`,
  ];
}

function oneLine(words: string): string {
  return words.replace(/\s+/g, ' ').trim();
}
