// The editor and its page object by themselves, without any extension: when this fails, look here first.
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { openEditor, type EditorHost } from '../support/editorHost.ts';

let editor: EditorHost;

beforeAll(async () => {
  editor = await openEditor({
    files: { 'first.txt': 'one\ntwo\nthree\n', 'a folder/second.txt': 'x\n' },
    open: 'first.txt',
    settings: { 'files.insertFinalNewline': true },
  });
});

afterAll(() => editor.dispose());

test('a person can type, save, and open another file', async () => {
  onTestFailed(() => editor.workbench.screenshot('host-typing-failed').then(() => undefined));
  const { workbench } = editor;

  await workbench.placeCursor(2, 4);
  await workbench.type(' and a half');
  expect(await workbench.visibleText()).toContain('two and a half');
  expect(await workbench.savedText()).toBe('one\ntwo and a half\nthree\n');

  await workbench.openFile('a folder/second.txt');
  expect(await workbench.statusBarText('status.editor.selection')).toBe('Ln 1, Col 1');
  expect(await workbench.ghostText()).toBeUndefined();
  await workbench.selectLines(1, 1);
  await workbench.type('y');
  expect(await workbench.savedText()).toBe('y\n');
});

test('a command runs by its title, and a pick list is answered', async () => {
  onTestFailed(() => editor.workbench.screenshot('host-command-failed').then(() => undefined));
  const { workbench } = editor;

  await workbench.openFile('first.txt');
  await workbench.runCommand('Change Language Mode');
  expect((await workbench.pickLabels()).length).toBeGreaterThan(5);
  await workbench.type('Python');
  await workbench.pick('Python');
  await workbench.waitForStatusBar('status.editor.mode', /^Python$/);
});
