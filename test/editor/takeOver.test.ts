/** One large model and two windows of a real editor. It is the starter's, in a weights file with a gigabyte of hole. */
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, onTestFailed, test } from 'vitest';
import { MANIFEST_FILE, WEIGHTS_FILE, type Manifest } from '../../src/model/manifest.ts';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { LIBRARY_PY } from '../support/unseenFiles.ts';
import { waitFor } from '../support/waitFor.ts';
import type { Workbench } from '../support/workbench.ts';

const STARTER = path.resolve(import.meta.dirname, '../../models/starter');
const SIZE_BYTES = 1_100_000_000;

let modelFolder: string;
let editor: EditorHost | undefined;

beforeAll(async () => {
  modelFolder = await mkdtemp(path.join(os.tmpdir(), 'gptj-large-'));
  await makeLargeModel(modelFolder);
});
afterAll(() => rm(modelFolder, { recursive: true }));
afterEach(() => editor?.dispose());

/** As large as its manifest says, though the disk has little of it: a file's end that was never written takes nothing. */
async function makeLargeModel(folder: string): Promise<void> {
  const manifest = JSON.parse(await readFile(path.join(STARTER, MANIFEST_FILE), 'utf8')) as Manifest;
  const files = manifest.files.map((file) =>
    file.name === WEIGHTS_FILE ? { ...file, sizeBytes: SIZE_BYTES } : file,
  );
  await cp(STARTER, folder, { recursive: true });
  await truncate(path.join(folder, WEIGHTS_FILE), SIZE_BYTES);
  await writeFile(path.join(folder, MANIFEST_FILE), JSON.stringify({ ...manifest, files }));
}

async function untilStatus(window: Workbench, like: RegExp): Promise<void> {
  await waitFor({
    what: `the status bar to say ${String(like)}`,
    read: () => window.statusBarLabel('gptj.status'),
    until: (label) => label !== undefined && like.test(label),
  });
}

test('the second window says who has the model and takes it over, and the first one takes it back', async () => {
  const opened = await openEditor({
    vsix: [builtPackage()],
    files: { 'a.py': LIBRARY_PY },
    open: 'a.py',
    machineSettings: () => ({ 'gptj.modelFolder': modelFolder }),
  });
  editor = opened;
  const first = opened.workbench;
  onTestFailed(() => first.screenshot('take-over-first-failed').then(() => undefined));
  await untilStatus(first, /starter, 4-bit/);

  const second = await opened.openWindow('bakery', { files: { 'b.py': LIBRARY_PY }, open: 'b.py' });
  onTestFailed(() => second.screenshot('take-over-second-failed').then(() => undefined));
  const told = await second.waitForNotification(/is using/);
  expect(told).toBe(
    'The window "workspace" is using GPT-J Code starter, and memory may not hold two. To have it here instead, run "GPT-J: Use the Model in This Window".',
  );
  await untilStatus(second, /The window "workspace" is using/);
  await second.screenshot('take-over-held');
  await second.clickStatusBar('gptj.status');
  expect((await second.pickLabels())[0]).toBe('Use the model in this window');
  await second.press('Escape');

  await second.clickNotificationButton('Use It in This Window');
  expect(await first.waitForNotification(/runs in/)).toMatch(/the window "bakery" now, as was asked there/);
  await untilStatus(first, /Loads when a file/);
  await untilStatus(second, /starter, 4-bit/);
  await second.placeCursor(LIBRARY_PY.split('\n').length, 1);
  await second.type('\ndef add_member(self, name):\nself.na');
  await second.waitForGhostText();
  expect(await first.notifications()).toHaveLength(1);

  await first.runCommand('GPT-J: Use the Model in This Window');
  expect(await second.waitForNotification(/runs in/)).toMatch(/the window "workspace" now/);
  await untilStatus(first, /starter, 4-bit/);
  await untilStatus(second, /Loads when a file|The window "workspace" is using/);
});
