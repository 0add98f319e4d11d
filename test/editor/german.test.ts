/** The extension in an editor whose user reads German: commands, views, dialogs, and what the worker says. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';

let editor: EditorHost;

beforeAll(async () => {
  editor = await openEditor({
    vsix: [builtPackage()],
    language: 'de',
    files: { 'a.py': 'x = 1\n' },
    open: 'a.py',
    machineSettings: () => ({ 'gptj.modelFolder': '/nowhere' }),
  });
});
afterAll(() => editor.dispose());

test('it speaks German', async () => {
  const { workbench } = editor;
  onTestFailed(() => workbench.screenshot('german-failed').then(() => undefined));
  // From the worker, where no language is known.
  await workbench.waitForNotification(
    /^In \/nowhere ist kein Modell: manifest\.json fehlt\. Einen anderen Ordner wählen oder ein Modell importieren\.$/,
  );
  await workbench.runCommand('GPT-J: Modelle');
  await workbench.page.getByRole('treeitem', { name: /^nowhere, gewählt, unbrauchbar$/ }).waitFor();
  await workbench.page.getByText(/^[\d,.]+ GB auf dem Datenträger frei$/).waitFor();
  await workbench.runCommand('GPT-J: Chat');
  const chat = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await chat.getByRole('button', { name: 'Fragen' }).waitFor();
  expect(await chat.locator('html').getAttribute('lang')).toBe('de');
  await workbench.clickStatusBar('gptj.status');
  expect(await workbench.pickLabels()).toContain('Warum wurde nichts angezeigt?');
  await workbench.screenshot('german');
  await workbench.pick('Aufgabe ausführen…');
  await workbench.page.locator('.quick-input-list .label-name').getByText('Zusammenfassen').waitFor();
  await workbench.press('Escape');
});
