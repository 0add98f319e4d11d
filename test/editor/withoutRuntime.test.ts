/** The package for platforms without an ONNX Runtime: it starts, says why no model runs, and leaves typing alone. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { LIBRARY_PY } from '../support/unseenFiles.ts';

let editor: EditorHost;

beforeAll(async () => {
  editor = await openEditor({
    vsix: [builtPackage('universal')],
    files: { 'a.py': LIBRARY_PY },
    open: 'a.py',
  });
});
afterAll(() => editor.dispose());

test('it says once that models cannot run here, and completes nothing', async () => {
  const { workbench } = editor;
  onTestFailed(() => workbench.screenshot('without-runtime-failed').then(() => undefined));
  await editor.waitForLog('GPT-J', /activated in/);
  await workbench.waitForNotification(/^There is no ONNX Runtime for \S+: models cannot run here\.$/);
  expect(await workbench.statusBarLabel('gptj.status')).toContain('models cannot run here');
  await workbench.screenshot('without-runtime');
  await workbench.placeCursor(LIBRARY_PY.split('\n').length, 1);
  await workbench.type('\ndef add_member(self, name):\nself.na');
  expect(await workbench.savedText()).toContain('def add_member(self, name):\n    self.na');
  expect(await workbench.ghostText()).toBeUndefined();
  expect(await workbench.notifications()).toHaveLength(1);

  // What needs no model goes on.
  await workbench.runCommand('GPT-J: Models');
  await workbench.page.getByRole('treeitem', { name: /^GPT-J Code starter, chosen/ }).waitFor();
});
