/** Another extension that gives completions is active: the user says once who leads. It is a stand-in with its name. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { LIBRARY_PY } from '../support/unseenFiles.ts';

let editor: EditorHost;
let other: string;

beforeAll(async () => {
  other = await mkdtemp(path.join(os.tmpdir(), 'gptj-other-'));
  await makeExtension(other, { publisher: 'rjmacarthy', name: 'twinny' });
  editor = await openEditor({
    vsix: [builtPackage()],
    developmentPath: other,
    files: { 'a.py': LIBRARY_PY, 'b.py': LIBRARY_PY },
    open: 'a.py',
  });
  await editor.waitForLog('GPT-J', /ready after/);
});

afterAll(async () => {
  await editor.dispose();
  await rm(other, { recursive: true });
});

/** One that starts with the editor and does nothing. */
async function makeExtension(folder: string, id: { publisher: string; name: string }): Promise<void> {
  const manifest = { ...id, version: '1.0.0', engines: { vscode: '^1.100.0' } };
  const starts = { main: './main.js', activationEvents: ['*'], extensionKind: ['workspace'] };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, ...starts }));
  await writeFile(path.join(folder, 'main.js'), 'exports.activate = () => undefined;');
}

test('who leads is asked once; the other one then leads, but for what is asked by hand', async () => {
  const { workbench, log, waitForLog } = editor;
  onTestFailed(() => workbench.screenshot('other-provider-failed').then(() => undefined));
  await workbench.placeCursor(LIBRARY_PY.split('\n').length, 1);
  await workbench.type('\ndef add_member(self, name):\n');
  await workbench.type('self.na');
  expect(await workbench.waitForNotification(/gives completions/)).toMatch(
    /^twinny gives completions, too\. Whose do you want\? .*"gptj\.whenOthersAreActive"/,
  );
  // Until somebody has said, nothing is different.
  expect(await workbench.waitForGhostText()).not.toBe('');
  await workbench.screenshot('other-provider');

  await workbench.clickNotificationButton('twinny');
  await workbench.focusEditor();
  await workbench.type('x');
  await waitForLog('GPT-J', /nothing, twinny leads/);
  await workbench.waitForNoGhostText();
  expect(await workbench.notifications()).toEqual([]);

  const nLeading = (await log('GPT-J')).split('twinny leads').length;
  await workbench.press('Backspace');
  await workbench.runCommand('Trigger Inline Suggestion');
  expect(await workbench.waitForGhostText()).not.toBe('');
  expect((await log('GPT-J')).split('twinny leads').length).toBeLessThanOrEqual(nLeading + 1);

  await workbench.runCommand('GPT-J: Why Was Nothing Shown?');
  await workbench.page.getByText('Nothing of your code is kept here').first().waitFor();
  expect(await workbench.visibleText()).toMatch(
    /Nothing was asked: twinny is active, and leads\.\n\s+To have both, set "gptj\.whenOthersAreActive" to "complete"/,
  );
});
