/** The list of models: what is on display, and switching, measuring, verifying and removing by it. */
import { cp, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { ModelUses } from '../../src/client/modelUses.ts';
import { MANIFEST_FILE, WEIGHTS_FILE, type Manifest } from '../../src/model/manifest.ts';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { LIBRARY_PY } from '../support/unseenFiles.ts';
import { waitFor } from '../support/waitFor.ts';
import type { Workbench } from '../support/workbench.ts';

/** Three at a time are shown. */
const CLEAR = 'Notifications: Clear All Notifications';
const STARTER = path.resolve(import.meta.dirname, '../../models/starter');

let editor: EditorHost;
let modelsFolder: string;

beforeAll(async () => {
  editor = await openEditor({
    vsix: [builtPackage()],
    files: { 'a.py': LIBRARY_PY },
    open: 'a.py',
    prepare: async (globalStorage) => {
      modelsFolder = path.join(globalStorage, 'gptj-code.gptj-code/models');
      for (const name of ['orchard', 'pear', 'spoilt']) await installCopy(name);
      const weights = path.join(modelsFolder, 'spoilt', WEIGHTS_FILE);
      const bytes = await readFile(weights);
      bytes[1_000_000]! ^= 1;
      await writeFile(weights, bytes);
      // What an import has left that is still at work.
      await mkdir(path.join(modelsFolder, `plum.partial-${process.pid}-0badcafe`));
    },
  });
  await editor.waitForLog('GPT-J', /ready after/);
});
afterAll(() => editor.dispose());

/** The starter under another name. */
async function installCopy(name: string): Promise<void> {
  const folder = path.join(modelsFolder, name);
  await cp(STARTER, folder, { recursive: true });
  const file = path.join(folder, MANIFEST_FILE);
  await writeFile(file, (await readFile(file, 'utf8')).replace(/"name": "[^"]*"/, `"name": "${name}"`));
}

const screenshotOnFailure = (name: string) =>
  onTestFailed(() => editor.workbench.screenshot(`${name}-failed`).then(() => undefined));

/** What a screen reader says of the entries. */
async function entries({ page }: Workbench): Promise<string[]> {
  const rows = await page.locator('.pane-body .monaco-list-row[role="treeitem"]').all();
  return Promise.all(rows.map(async (row) => (await row.getAttribute('aria-label')) ?? ''));
}

async function untilEntries(
  workbench: Workbench,
  isSo: (all: readonly string[]) => boolean,
): Promise<string[]> {
  return waitFor({ what: 'the list of models', read: () => entries(workbench), until: isSo });
}

test('the list tells models, sizes and free disk, and a model is switched to and measured', async () => {
  screenshotOnFailure('models');
  const { workbench } = editor;
  await workbench.runCommand('GPT-J: Models');
  const all = await untilEntries(workbench, ({ length }) => length === 4);
  expect(all[0]).toMatch(/^GPT-J Code starter, chosen, 4-bit, \d+ MB/);
  expect(all.slice(1).map((label) => label.split(',')[0])).toEqual(['orchard', 'pear', 'spoilt']);
  await expect.poll(() => workbench.page.getByText(/^[\d.,]+ GB of disk free$/).count()).toBe(1);
  await workbench.screenshot('models');

  await workbench.runCommand('GPT-J: Switch the Model…');
  expect(await workbench.pickLabels()).toEqual(['orchard', 'pear', 'spoilt']);
  await workbench.pick('orchard');
  await editor.waitForLog('GPT-J', /ready after \d+ ms: orchard, 4-bit/);
  await untilEntries(workbench, (labels) => labels[1]?.startsWith('orchard, chosen') === true);

  await workbench.runCommand('GPT-J: Measure the Speed of the Model');
  await workbench.waitForNotification(/^orchard writes [\d.,]+ tokens\/s on CPU/);
  // The starter has the same weights, so that it is known to be as fast.
  const measured = await untilEntries(workbench, (labels) => labels[1]?.includes('tokens/s') === true);
  expect(measured[0]).toContain('tokens/s');
  await workbench.screenshot('models-measured');
});

test('a model that is whole is said to be, and one byte that has changed is found', async () => {
  screenshotOnFailure('models-verify');
  const { workbench } = editor;
  await workbench.runCommand(CLEAR);
  await workbench.runCommand('GPT-J: Verify a Model…');
  await workbench.pick('pear');
  await workbench.waitForNotification(/^pear is whole: every file is what was written\.$/);
  await workbench.runCommand('GPT-J: Verify a Model…');
  await workbench.pick('spoilt');
  await workbench.waitForNotification(/^spoilt is damaged: weights\.bin has been changed\./);
});

test('a model that another window has in memory is not removed; one that nobody uses is', async () => {
  screenshotOnFailure('models-remove');
  const { workbench } = editor;
  await workbench.runCommand(CLEAR);
  const other = new ModelUses(path.join(path.dirname(modelsFolder), 'uses'), 'bakery');
  await other.begin(path.join(modelsFolder, 'pear'));
  await startRemoval(workbench, 'pear');
  await workbench.waitForNotification(
    /^The window "bakery" is using pear\. Choose another model there first/,
  );
  expect(await readdir(modelsFolder)).toContain('pear');

  await other.end();
  await startRemoval(workbench, 'pear');
  // The server of the tests has no trash.
  await workbench.page.locator('.monaco-dialog-box').getByText('Delete For Ever').click();
  await expect.poll(() => readdir(modelsFolder)).not.toContain('pear');
  await untilEntries(workbench, ({ length }) => length === 3);
});

test('a model that needs more memory than there is, is refused with the reason, and taken all the same', async () => {
  screenshotOnFailure('models-refused');
  const { workbench } = editor;
  await installCopy('whale');
  await enlarge('whale', 4e12);
  await workbench.runCommand(CLEAR);
  await switchTo(workbench, 'whale');
  const dialog = workbench.page.locator('.monaco-dialog-box');
  expect(await dialog.innerText()).toMatch(
    /whale will not be pleasant on this machine\.\s+It needs 460\d\.\d GB of memory, and this machine has/,
  );
  await workbench.screenshot('models-refused');
  await dialog.getByText('Cancel').click();
  expect(await workbench.statusBarLabel('gptj.status')).toContain('orchard');

  await switchTo(workbench, 'whale');
  await dialog.getByText('Use It Anyway').click();
  await editor.waitForLog('GPT-J', /loading \S+whale in a/);
});

async function switchTo(workbench: Workbench, name: string): Promise<void> {
  await workbench.runCommand('GPT-J: Switch the Model…');
  await workbench.pick(name);
}

/** Says so many bytes of weights, and has as many: the end of the file is a hole. */
async function enlarge(name: string, sizeBytes: number): Promise<void> {
  const file = path.join(modelsFolder, name, MANIFEST_FILE);
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
  const files = manifest.files.map((one) => (one.name === WEIGHTS_FILE ? { ...one, sizeBytes } : one));
  await writeFile(file, JSON.stringify({ ...manifest, files }));
  await truncate(path.join(modelsFolder, name, WEIGHTS_FILE), sizeBytes);
}

async function startRemoval(workbench: Workbench, name: string): Promise<void> {
  await workbench.runCommand('GPT-J: Remove a Model…');
  await workbench.pick(name);
  await workbench.page.locator('.monaco-dialog-box').getByText('Move to Trash').click();
}
