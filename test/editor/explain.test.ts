/** Explaining Python in a real editor, and putting what was said into the code. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { median } from '../../src/base/median.ts';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { LIBRARY_PY } from '../support/unseenFiles.ts';
import { waitFor } from '../support/waitFor.ts';

let editor: EditorHost;

/** In `Member.borrow`. */
const BORROW_LINE = 14;
const LONG_PY = Array.from({ length: 60 }, () => LIBRARY_PY).join('\n\n');

beforeAll(async () => {
  editor = await openEditor({
    vsix: [builtPackage()],
    files: {
      'library.py': LIBRARY_PY,
      'locked.py': LIBRARY_PY,
      'long.py': LONG_PY,
      'broken.py': 'def f(x):\n    y = = x\n    return y\n',
    },
    open: 'library.py',
    settings: { 'gptj.explain.codeLens': true, 'files.readonlyInclude': { '**/locked.py': true } },
  });
  await editor.waitForLog('GPT-J', /ready after/);
});

afterAll(() => editor.dispose());

const explanation = () =>
  editor.workbench.page.locator('.editor-instance[aria-label*="Explanation"] .view-lines');

/** What of it can be seen, without the ends of wrapped lines. */
async function explanationText(): Promise<string> {
  const lines = await explanation().locator('.view-line').allTextContents();
  return lines.join(' ').replace(/\s+/g, ' ');
}

/** The code at this line, explained to the end. */
async function explain(file: string, line: number, heading: RegExp): Promise<string> {
  const { workbench } = editor;
  await workbench.openFile(file);
  await workbench.placeCursor(line, 9);
  const nBefore = await countDone();
  await workbench.runCommand('GPT-J: Explain Python');
  await waitFor({ what: 'an explanation', read: countDone, until: (count) => count > nBefore });
  return waitFor({
    what: `an explanation like ${String(heading)}`,
    read: explanationText,
    until: (text) => heading.test(text) && text.includes('on this machine'),
  });
}

async function countDone(): Promise<number> {
  return ((await editor.log('GPT-J')).match(/gptj\.explain: done/g) ?? []).length;
}

/** The active document, once it is another than it was. */
function changedText(before: string): Promise<string> {
  return waitFor({
    what: 'the document to change',
    read: () => editor.workbench.savedText(),
    until: (text) => text !== before,
  });
}

const clickLens = (title: string) =>
  editor.workbench.page.locator('.codelens-decoration a').getByText(title, { exact: true }).first().click();

function screenshotOnFailure(name: string): void {
  onTestFailed(() => editor.workbench.screenshot(`${name}-failed`).then(() => undefined));
}

test('the function at the cursor is explained, and becomes its docstring in one edit', async () => {
  screenshotOnFailure('docstring');
  const { workbench } = editor;
  const text = await explain('library.py', BORROW_LINE, /Member\.borrow \(lines 12–18\)/);
  expect(text).toMatch(/By GPT-J Code starter, 4-bit, on this machine \(CPU, \d+ threads?\)/);
  await clickLens('Insert as Docstring');
  await workbench.waitUntilActive('library.py');
  const saved = await changedText(LIBRARY_PY);
  await workbench.screenshot('docstring');
  const [, words] = /def borrow\(self, book, today\):\n {8}"""([^"]+)"""\n {8}if book/.exec(saved)!;
  expect(text).toContain(words!.replace(/\s+/g, ' ').trim());
  await workbench.press('ControlOrMeta+Z');
  expect(await workbench.savedText()).toBe(LIBRARY_PY);
});

test('a docstring that is there is replaced when the user agrees, and not before', async () => {
  screenshotOnFailure('replace');
  const { workbench } = editor;
  await explain('library.py', BORROW_LINE, /Member\.borrow/);
  await workbench.runCommand('GPT-J: Insert Explanation as Docstring');
  const first = await changedText(LIBRARY_PY);
  await explain('library.py', BORROW_LINE, /Member\.borrow \(lines 12–(?!18)\d+\)/);
  const dialog = workbench.page.locator('.monaco-dialog-box');
  await workbench.runCommand('GPT-J: Insert Explanation as Docstring');
  await dialog.getByText('Member.borrow has a docstring already.').waitFor();
  await workbench.screenshot('replace-docstring');
  await dialog.getByText('Cancel', { exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await waitFor({
    what: 'the first docstring to be there',
    read: () => workbench.savedText(),
    until: (text) => text === first,
  });
  await workbench.press('ControlOrMeta+Z');
  expect(await workbench.savedText()).toBe(LIBRARY_PY);
});

test('it goes above the code as a comment, though lines have been added before it', async () => {
  screenshotOnFailure('comment');
  const { workbench } = editor;
  await explain('library.py', BORROW_LINE, /Member\.borrow/);
  await workbench.placeCursor(1, 1);
  await workbench.type('# one\n# two\n');
  const moved = await workbench.savedText();
  await workbench.runCommand('GPT-J: Insert Explanation as Comment');
  expect(await changedText(moved)).toMatch(/\n\n(?: {4}# [^\n]+\n)+ {4}def borrow/);
  await workbench.press('ControlOrMeta+Z');
  expect(await workbench.savedText()).toBe(moved);
});

test('code that has been changed meanwhile is left alone, and the user is told', async () => {
  screenshotOnFailure('changed');
  const { workbench } = editor;
  await explain('library.py', BORROW_LINE, /Member\.borrow/);
  await workbench.placeCursor(BORROW_LINE, 9);
  await workbench.type('x');
  const changed = await workbench.savedText();
  await workbench.runCommand('GPT-J: Insert Explanation as Docstring');
  await workbench.waitForNotification(/has been changed since it was explained/);
  expect(await workbench.savedText()).toBe(changed);
});

test('a read-only file stays as it is, and the user is told', async () => {
  screenshotOnFailure('read-only');
  const { workbench } = editor;
  await explain('locked.py', BORROW_LINE, /Member\.borrow/);
  await workbench.runCommand('GPT-J: Insert Explanation as Comment');
  await workbench.waitForNotification(/nothing was inserted\. Is it read-only/);
});

test('code that does not parse is explained as it stands', async () => {
  screenshotOnFailure('broken');
  expect(await explain('broken.py', 2, /f \(lines 1–3\)/)).toContain('does not parse as Python');
});

test('a lens over each function and class explains it', async () => {
  screenshotOnFailure('lens');
  const { workbench } = editor;
  await workbench.openFile('locked.py');
  const lenses = workbench.page.locator('.codelens-decoration a').getByText('Explain', { exact: true });
  await lenses.first().waitFor();
  expect(await lenses.count()).toBeGreaterThan(3);
  await lenses.first().click();
  await waitFor({
    what: 'the class to be explained',
    read: explanationText,
    until: (text) => /Member \(lines 6–21\)/.test(text) && text.includes('on this machine'),
  });
  await workbench.screenshot('explain-lens');
});

test('a long file is explained part by part until it is cancelled, and what was said stays', async () => {
  screenshotOnFailure('parts');
  const { workbench } = editor;
  await workbench.openFile('long.py');
  await workbench.press('ControlOrMeta+A');
  await workbench.runCommand('GPT-J: Explain Python');
  await explanation().getByText('Book (lines').first().waitFor({ timeout: 30_000 });
  await workbench.clickNotificationButton('Cancel');
  expect(await explanationText()).toMatch(/## Member \(lines 6–21\) \w[^#]*## Book \(lines/);
  await explanation().locator('.view-line').first().click();
  await waitFor({
    what: 'the end',
    read: async () => {
      // It grows until the model has heard of it.
      await workbench.press('ControlOrMeta+End');
      return explanationText();
    },
    until: (text) => text.includes('Cancelled: it was not explained to its end'),
  });
  await workbench.screenshot('explain-parts');
});

test('how long first words took is in the log', async () => {
  const log = await editor.log('GPT-J');
  const times = Array.from(log.matchAll(/explanation: first words after (\d+) ms/g), ([, ms]) => Number(ms));
  expect(times.length).toBeGreaterThanOrEqual(7);
  process.stderr.write(`first words after ${median(times)} ms (median of ${times.join(', ')})\n`);
});
