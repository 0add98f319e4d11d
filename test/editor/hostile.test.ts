/** What must not disturb anybody: a broken model, a switched-off extension, a crash before, odd files. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost, type EditorOptions } from '../support/editorHost.ts';
import { nativeLibrariesOf } from '../support/extensionHostProcess.ts';
import { LIBRARY_PY, ORCHARD_SQL } from '../support/unseenFiles.ts';

let editor: EditorHost | undefined;

afterEach(async () => {
  await editor?.dispose();
  editor = undefined;
});

async function open(options: Partial<EditorOptions> & Pick<EditorOptions, 'files'>): Promise<EditorHost> {
  onTestFailed(async () => {
    await editor?.workbench.screenshot('hostile-failed');
  });
  const opened = await openEditor({
    vsix: [builtPackage()],
    open: Object.keys(options.files)[0]!,
    ...options,
  });
  editor = opened;
  return opened;
}

test('switched off, nothing is loaded; switched on, it completes', async () => {
  const { workbench, waitForLog, log } = await open({
    files: { 'a.py': LIBRARY_PY },
    settings: { 'gptj.enabled': false },
  });
  await waitForLog('GPT-J', /activated/);
  await workbench.placeCursor(36, 1);
  await workbench.type('\nfor member in ');
  await waitForLog('GPT-J', /switched off/);
  expect(await workbench.statusBarLabel('gptj.status')).toMatch(/nothing is loaded/);
  expect(await log('GPT-J')).not.toMatch(/ready after/);
  expect(nativeLibrariesOf()).not.toContain('libonnxruntime');

  await workbench.runCommand('GPT-J: Switch On or Off');
  await waitForLog('GPT-J', /ready after/);
  expect(nativeLibrariesOf()).toContain('libonnxruntime');
  await workbench.focusEditor();
  await workbench.type('m');
  expect(await workbench.waitForGhostText()).not.toBe('');
});

test('a damaged model gives one sentence, and typing goes on', async () => {
  const { workbench, waitForLog } = await open({
    files: { 'a.py': LIBRARY_PY, 'model/manifest.json': '{"formatVersion": 99}' },
    machineSettings: (workspace) => ({ 'gptj.modelFolder': path.join(workspace, 'model') }),
  });
  expect(await workbench.waitForNotification(/format 99/)).toMatch(/Update the extension/);
  expect(await workbench.statusBarLabel('gptj.status')).toMatch(/format 99/);
  await workbench.placeCursor(36, 1);
  await workbench.type('\nx = 1');
  await waitForLog('GPT-J', /request \d+: nothing, .*format 99/);
  expect(await workbench.savedText()).toBe(`${LIBRARY_PY}\nx = 1`);
  expect(await workbench.notifications()).toHaveLength(1);
});

test('after a crash while loading it is not loaded by itself, but on demand', async () => {
  const deadPid = 4_000_000;
  const { workbench, waitForLog, log } = await open({
    files: { 'a.py': LIBRARY_PY },
    prepare: async (globalStorage) => {
      const storage = path.join(globalStorage, 'gptj-code.gptj-code');
      await mkdir(storage, { recursive: true });
      await writeFile(path.join(storage, `starting-${deadPid}`), 'some model');
    },
  });
  expect(await workbench.waitForNotification(/crash/)).toMatch(/GPT-J: Restart/);
  expect(await log('GPT-J')).not.toMatch(/ready after/);
  await workbench.runCommand('GPT-J: Restart');
  await waitForLog('GPT-J', /ready after/);
});

test('Windows line ends stay, in completions and in SQL', async () => {
  const { workbench, waitForLog } = await open({
    files: { 'a.sql': ORCHARD_SQL.replaceAll('\n', '\r\n'), 'a.py': LIBRARY_PY.replaceAll('\n', '\r\n') },
  });
  await waitForLog('GPT-J', /ready after/);
  await workbench.placeCursor(ORCHARD_SQL.split('\n').findIndex((line) => line.startsWith('--')) + 1, 1);
  await workbench.runCommand('GPT-J: Translate Comment to SQL');
  await workbench.page.locator('.view-line').getByText('SELECT').first().waitFor();
  const sql = await workbench.savedText();
  expect(sql.replaceAll('\r\n', '')).not.toContain('\n');

  await workbench.openFile('a.py');
  await workbench.placeCursor(36, 1);
  await workbench.type('\ndef lend(book):\n');
  await workbench.waitForGhostText();
  await workbench.press('Tab');
  expect((await workbench.savedText()).replaceAll('\r\n', '')).not.toContain('\n');
});

test('ten megabytes in one line are left alone', async () => {
  const { workbench, waitForLog } = await open({
    files: { 'a.py': 'x = 1\n', 'big.py': `x = "${'a'.repeat(10_000_000)}"\n` },
  });
  await waitForLog('GPT-J', /ready after/);
  await workbench.openFile('big.py');
  await workbench.press('Control+Home');
  await workbench.type('y');
  await waitForLog('GPT-J', /very long line|text follows/);
  expect((await workbench.savedText()).slice(0, 3)).toBe('yx ');
});

test('closing the window during a generation leaves no trace', async () => {
  const opened = await open({ files: { 'a.py': LIBRARY_PY } });
  await opened.waitForLog('GPT-J', /ready after/);
  await opened.workbench.selectLines(6, 21);
  await opened.workbench.runCommand('GPT-J: Explain Selected Python');
  await opened.workbench.page.close();
  expect(await readFile(path.join(opened.workbench.workspaceFolder, 'a.py'), 'utf8')).toBe(LIBRARY_PY);
});
