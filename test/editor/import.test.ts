/** A checkpoint on this machine becomes the model that runs, by commands alone. */
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { GOLDEN } from '../support/goldenModel.ts';

let editor: EditorHost;

beforeAll(async () => {
  editor = await openEditor({ vsix: [builtPackage()], files: { 'a.py': 'x = 1\n' }, open: 'a.py' });
  await editor.waitForLog('GPT-J', /ready after/);
});
afterAll(() => editor.dispose());

test('a checkpoint is imported and used', async () => {
  onTestFailed(async () => {
    await editor.workbench.screenshot('import-failed');
  });
  const { workbench } = editor;
  await workbench.runCommand('GPT-J: Import a Model…');
  // The dialog fills in a path of its own when it is ready, and the first Enter may only list the folder.
  const dialog = workbench.page.getByText('Folder of a GPT-J or CodeGen checkpoint');
  await dialog.waitFor();
  for (let tries = 0; tries < 10 && (await dialog.isVisible()); tries++) {
    await workbench.page.waitForTimeout(700);
    if (await dialog.isVisible()) await workbench.answer(`${path.join(GOLDEN, 'safetensors-f32')}/`);
  }
  await workbench.pick('4-bit');
  await workbench.waitForNotification(/safetensors-f32-4-bit has been imported/);
  await workbench.screenshot('import');
  await workbench.clickNotificationButton('Use It Now');
  await editor.waitForLog('GPT-J', /ready after \d+ ms: safetensors-f32, 4-bit/);
  expect(await workbench.statusBarLabel('gptj.status')).toMatch(/safetensors-f32, 4-bit/);
});
