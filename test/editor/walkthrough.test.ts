/** The walkthrough in a real VS Code, from its first step to a suggestion on the screen. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';

let editor: EditorHost;

beforeAll(async () => {
  editor = await openEditor({ vsix: [builtPackage()], files: { 'notes.txt': 'a\n' } });
});
afterAll(() => editor.dispose());

test('it is followed to a suggestion, and every step is ticked off by what was done', async () => {
  const { workbench } = editor;
  const { page } = workbench;
  onTestFailed(() => workbench.screenshot('walkthrough-failed').then(() => undefined));
  await workbench.runCommand('Welcome: Open Walkthrough...');
  await workbench.pick('Get Started with GPT-J Code');
  const step = (title: string) => page.locator('.getting-started-step').filter({ hasText: title });
  const isTicked = async (title: string) => (await step(title).locator('.codicon.complete').count()) === 1;
  await step('It runs here').waitFor();
  await workbench.screenshot('walkthrough');

  await page.getByRole('button', { name: 'Show Menu' }).click();
  expect(await workbench.pickLabels()).toContain('Why was nothing shown?');
  await workbench.press('Escape');
  await expect.poll(() => isTicked('It runs here')).toBe(true);

  await step('Choose a model').click();
  await workbench.screenshot('walkthrough-models');
  await page.getByRole('button', { name: 'Show Models' }).click();
  await page.getByRole('treeitem', { name: /GPT-J Code starter, chosen/ }).waitFor();
  await expect.poll(() => isTicked('Choose a model')).toBe(true);

  await step('Ask for more').click();
  await page.getByRole('button', { name: 'Chat', exact: true }).last().click();
  await expect.poll(() => isTicked('Ask for more')).toBe(true);
  expect(await isTicked('See the first suggestion')).toBe(false);

  await step('See the first suggestion').click();
  await page.getByRole('button', { name: 'Show a First Suggestion' }).click();
  const suggestion = await workbench.waitForGhostText();
  expect(suggestion).toMatch(/^ = height/);
  await workbench.screenshot('walkthrough-suggestion');
  await workbench.press('Tab');
  await expect.poll(() => workbench.visibleText()).toContain(`self.height${suggestion}`);
  await page.getByRole('tab', { name: 'Walkthrough: GPT-J Code' }).click();
  await expect.poll(() => isTicked('See the first suggestion')).toBe(true);
});
