/** The views by keyboard alone, as a screen reader is told of them, and in a theme of high contrast. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';

/** As much of the page as is read below. */
type StyleReader = { getComputedStyle(node: unknown): { readonly borderTopColor: string } };

let editor: EditorHost;

beforeAll(async () => {
  editor = await openEditor({
    vsix: [builtPackage()],
    files: {
      'notes.txt': 'a\n',
      'tables.sql': 'CREATE TABLE orchards (id INTEGER PRIMARY KEY, town TEXT);\n',
    },
    open: 'notes.txt',
    settings: { 'workbench.colorTheme': 'Default High Contrast' },
  });
});
afterAll(() => editor.dispose());

const screenshotOnFailure = (name: string) =>
  onTestFailed(() => editor.workbench.screenshot(`${name}-failed`).then(() => undefined));

test('the chat is asked and heard without a pointer', async () => {
  screenshotOnFailure('accessibility-chat');
  const { workbench } = editor;
  await workbench.runCommand('GPT-J: Chat');
  const chat = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  const question = chat.getByRole('textbox', { name: 'Your question' });
  const focused = chat.locator(':focus');
  const focusedId = () => focused.getAttribute('id');
  await expect.poll(focusedId, { timeout: 20_000 }).toBe('question');
  expect(await question.getAttribute('id')).toBe('question');

  await workbench.type('How do I open a file?');
  await workbench.press('Tab');
  expect(await focusedId()).toBe('send');
  await workbench.press('Enter');
  // The button that had the focus is gone, so it is where one goes on.
  await expect.poll(focusedId).toBe('question');
  const heard = chat.getByRole('status');
  const article = chat.getByRole('article', { name: 'How do I open a file?' });
  await expect.poll(() => heard.textContent(), { timeout: 60_000 }).toMatch(/End of the answer\.$/);
  // What a screen reader was told last is the end of the answer.
  const answer = (await article.locator('.answer').textContent()) ?? '';
  const lastHeard = (await heard.textContent())?.split('\n')[0] ?? '';
  expect(answer.trim()).not.toBe('');
  expect(answer).toContain(lastHeard.trim());

  await workbench.press('Shift+Tab');
  expect(await focused.textContent()).toBe('Insert');
  await workbench.press('Shift+Tab');
  expect(await focused.textContent()).toBe('Copy');
  await workbench.press('Shift+Tab');
  expect(await focusedId()).toBe('log');
  const group = chat.getByRole('group', { name: 'How do I open a file?' });
  expect(await group.getByRole('button').allTextContents()).toEqual(['Copy', 'Insert']);
  await workbench.screenshot('accessibility-chat');
});

async function edgeOf(element: Locator): Promise<string> {
  return element.evaluate((node: unknown) => {
    const page = globalThis as unknown as StyleReader;
    return page.getComputedStyle(node).borderTopColor;
  });
}

test('in high contrast every button and field has an edge that can be seen', async () => {
  screenshotOnFailure('accessibility-contrast');
  const chat = editor.workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  const seen = await chat.locator('button:visible, textarea').all();
  const edges = await Promise.all(seen.map(edgeOf));
  expect(edges.length).toBeGreaterThanOrEqual(5);
  for (const edge of edges) expect(edge).toMatch(/^rgb\(/);
});

test('the models are reached and told by the keyboard', async () => {
  screenshotOnFailure('accessibility-models');
  const { workbench } = editor;
  await workbench.runCommand('GPT-J: Models');
  const starter = workbench.page.getByRole('treeitem', {
    name: /^GPT-J Code starter, chosen, 4-bit, \d+ MB/,
  });
  await starter.waitFor();
  await workbench.press('ArrowDown');
  await workbench.press('Shift+F10');
  const menu = workbench.page.getByRole('menuitem');
  await expect
    .poll(() => menu.allInnerTexts())
    .toEqual(expect.arrayContaining(['Measure the Speed of the Model', 'Verify a Model…']));
  await workbench.screenshot('accessibility-models');
  await workbench.press('Escape');
});
