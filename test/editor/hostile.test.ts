/** What must not disturb anybody: a broken model, a switched-off extension, a crash before, odd files. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost, type EditorOptions } from '../support/editorHost.ts';
import { nativeLibrariesOf } from '../support/extensionHostProcess.ts';
import { LIBRARY_PY, ORCHARD_SQL } from '../support/unseenFiles.ts';

const DEAD_PID = 4_000_000;

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

test('after a crash while loading it comes back in a process of its own, and says so', async () => {
  const { workbench, waitForLog, log } = await open({
    files: { 'a.py': LIBRARY_PY },
    prepare: (globalStorage) => leaveAttempts(globalStorage, [DEAD_PID]),
  });
  await waitForLog('GPT-J', /loading .* in a process [\s\S]*ready after/);
  expect(await workbench.waitForNotification(/crashed/)).toMatch(/process of its own/);
  await workbench.clickNotificationButton('Restart');
  await waitForLog('GPT-J', /gptj.restart: done/);
  expect((await log('GPT-J')).match(/ready after/g)).toHaveLength(2);
});

test('after two crashes while loading it is not loaded by itself, but on demand', async () => {
  const { workbench, waitForLog, log } = await open({
    files: { 'a.py': LIBRARY_PY },
    prepare: (globalStorage) => leaveAttempts(globalStorage, [DEAD_PID, DEAD_PID + 1]),
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
  await workbench.type('book.le');
  await workbench.runCommand('Trigger Inline Suggestion');
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
  await opened.workbench.runCommand('GPT-J: Explain Python');
  await opened.workbench.page.close();
  expect(await readFile(path.join(opened.workbench.workspaceFolder, 'a.py'), 'utf8')).toBe(LIBRARY_PY);
});

/** What processes leave that crash in the moment in which they write down what they try. */
async function leaveAttempts(globalStorage: string, pids: readonly number[]): Promise<void> {
  const storage = path.join(globalStorage, 'gptj-code.gptj-code');
  await mkdir(storage, { recursive: true });
  for (const pid of pids) await writeFile(path.join(storage, `starting-${pid}`), 'some model');
}
