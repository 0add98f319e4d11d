/** The model in a process of its own, in a real editor: a native crash there disturbs nobody. */
import { afterEach, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { commandLineOf, nativeLibrariesOf, parentOf } from '../support/extensionHostProcess.ts';
import { LIBRARY_PY } from '../support/unseenFiles.ts';

let editor: EditorHost | undefined;

afterEach(async () => {
  await editor?.dispose();
  editor = undefined;
});

async function open(): Promise<EditorHost> {
  onTestFailed(async () => {
    await editor?.workbench.screenshot('isolation-failed');
  });
  editor = await openEditor({
    vsix: [builtPackage()],
    files: { 'a.py': LIBRARY_PY },
    open: 'a.py',
    machineSettings: () => ({ 'gptj.isolation': 'process' }),
  });
  return editor;
}

/** The numbers of the engine's processes so far, in the order of their starts. */
async function enginePids({ log }: EditorHost): Promise<number[]> {
  const starts = (await log('GPT-J')).matchAll(/loading .* in a process \((\d+)\)/g);
  return [...starts].map((match) => Number(match[1]));
}

test('a crash of its process while somebody types is told, and the next suggestion comes', async () => {
  const opened = await open();
  const { workbench, waitForLog } = opened;
  await waitForLog('GPT-J', /ready after/);
  const [first = 0] = await enginePids(opened);
  const hostPid = parentOf(first)!;
  expect(commandLineOf(hostPid)).toContain('type=extensionHost');
  expect(nativeLibrariesOf(first)).toContain('libonnxruntime');
  expect(nativeLibrariesOf(hostPid)).not.toContain('libonnxruntime');

  await workbench.placeCursor(LIBRARY_PY.split('\n').length, 1);
  await workbench.type('\ndef add_member(self, name):\n');
  await workbench.type('self.na');
  await workbench.waitForGhostText();

  const typing = workbench.type('me = sel', { delayMs: 40 });
  await waitForLog('GPT-J', /request [2-9]/);
  process.kill(first, 'SIGSEGV');
  await typing;
  expect(await workbench.waitForNotification(/has crashed/)).toMatch(/starts again/);
  await workbench.screenshot('isolation-crash');
  await workbench.focusEditor();
  await workbench.type('f');
  await waitForLog('GPT-J', /the engine has died \(1\).*SIGSEGV[\s\S]*ready after/);
  await workbench.type('.');
  await workbench.runCommand('Trigger Inline Suggestion');
  expect(await workbench.waitForGhostText()).not.toBe('');

  const [, second = 0] = await enginePids(opened);
  expect(parentOf(second)).toBe(hostPid);
  expect(await workbench.savedText()).toContain('self.name = self.');
  expect(await workbench.notifications()).toHaveLength(1);
});
