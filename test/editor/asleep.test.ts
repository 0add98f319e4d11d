/** The model leaves the memory when it is not used, and comes back when it is. */
import { afterEach, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { commandLineOf } from '../support/extensionHostProcess.ts';
import { LIBRARY_PY } from '../support/unseenFiles.ts';
import { waitFor } from '../support/waitFor.ts';

let editor: EditorHost | undefined;
afterEach(() => editor?.dispose());

test('after a while without use its process ends; the next request brings it back', async () => {
  const opened = await openEditor({
    vsix: [builtPackage()],
    files: { 'a.py': LIBRARY_PY },
    open: 'a.py',
    machineSettings: () => ({ 'gptj.isolation': 'process', 'gptj.unloadAfterMinutes': 0.05 }),
  });
  editor = opened;
  const { workbench, log, waitForLog } = opened;
  onTestFailed(() => workbench.screenshot('asleep-failed').then(() => undefined));
  const untilStatus = (like: RegExp) =>
    waitFor({
      what: `the status bar to say ${String(like)}`,
      read: () => workbench.statusBarLabel('gptj.status'),
      until: (label) => label !== undefined && like.test(label),
    });

  await waitForLog('GPT-J', /ready after/);
  const pid = Number(/loading .* in a process \((\d+)\)/.exec(await log('GPT-J'))?.[1]);
  expect(commandLineOf(pid)).toContain('worker.js');
  await waitForLog('GPT-J', /asleep after 0\.05 minutes/);
  await untilStatus(/Asleep; loads again when it is used/);
  await workbench.screenshot('asleep');
  await waitFor({
    what: 'the process to end',
    read: () => Promise.resolve(commandLineOf(pid)),
    until: (line) => !line.includes('worker.js'),
  });

  await workbench.placeCursor(LIBRARY_PY.split('\n').length, 1);
  await workbench.type('\ndef add_member(self, name):\n');
  // Without a pause longer than it takes to fall asleep, it stays awake.
  await workbench.type('self.members.append(name)\n', { delayMs: 250 });
  await workbench.type('self.na');
  expect(await workbench.waitForGhostText()).not.toBe('');
  expect((await log('GPT-J')).match(/asleep after/g)).toHaveLength(1);
  expect((await log('GPT-J')).match(/ready after/g)).toHaveLength(2);
  await untilStatus(/starter, 4-bit/);

  await untilStatus(/Asleep/);
  await workbench.runCommand('GPT-J: Switch On or Off');
  await untilStatus(/Switched off; nothing is loaded/);
});
