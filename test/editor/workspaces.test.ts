/** Workspaces of several folders, and notebooks. That the editor here is a remote one, every test of this folder shows. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { LIBRARY_PY } from '../support/unseenFiles.ts';
import { waitFor } from '../support/waitFor.ts';

const cell = (source: string) => ({
  ...{ cell_type: 'code', execution_count: null, metadata: {}, outputs: [] },
  source: [source],
});
const NOTEBOOK = JSON.stringify({
  cells: [
    cell('def haversine_kilometres(here, there):\n    return here.distance(there)'),
    cell(
      ['gym', 'work', 'lake'].map((place) => `${place} = haversine_kilometres(home, ${place})`).join('\n'),
    ),
    { cell_type: 'markdown', metadata: {}, source: ['How far is it?'] },
    cell('import math'),
  ],
  metadata: { language_info: { name: 'python' } },
  ...{ nbformat: 4, nbformat_minor: 5 },
});

let editor: EditorHost;

beforeAll(async () => {
  editor = await openEditor({
    vsix: [builtPackage()],
    files: {
      'one/.gitignore': 'drafts.py\n',
      'one/drafts.py': LIBRARY_PY,
      'two/library.py': LIBRARY_PY,
      'two/drafts.py': LIBRARY_PY,
      'two/legacy.py': LIBRARY_PY,
      'two/.vscode/settings.json': JSON.stringify({ 'gptj.exclude': ['legacy.py'] }),
      'two/fresh.py': `# Its text has not been read yet.\n${LIBRARY_PY}`,
      'two/long.py': `# Nor this.\n${LIBRARY_PY.repeat(8)}`,
      'two/walk.ipynb': NOTEBOOK,
    },
    roots: ['one', 'two'],
    open: 'two/library.py',
    // Words of other cells are in that list, too.
    settings: { 'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' } },
  });
  await editor.waitForLog('GPT-J', /ready after/);
});

afterAll(() => editor.dispose());

/** Asks for a suggestion at the end of a file, and returns what the log says of it. */
async function askAtEndOf(file: string): Promise<string> {
  const { workbench } = editor;
  const answers = async () => (await editor.log('GPT-J')).match(/request \d+: (?!cancelled).*/g) ?? [];
  await workbench.openFile(file);
  await workbench.press('ControlOrMeta+End');
  const before = await answers();
  await workbench.runCommand('Trigger Inline Suggestion');
  await waitFor({ what: 'an answer', read: answers, until: (now) => now.length > before.length });
  return (await answers()).at(-1)!;
}

test('every folder of a workspace has its own rules', async () => {
  onTestFailed(() => editor.workbench.screenshot('multi-root-failed').then(() => undefined));
  expect(await askAtEndOf('two/library.py')).toMatch(/prompt tokens run|characters from/);
  expect(await askAtEndOf('one/drafts.py')).toContain('a file that git ignores (.gitignore)');
  expect(await askAtEndOf('two/drafts.py')).toMatch(/prompt tokens run|characters from/);
  expect(await askAtEndOf('two/legacy.py')).toContain('the setting gptj.exclude names (legacy.py)');
});

test.each([
  ['a file that is opened', 'two/fresh.py', []],
  ['a place that is jumped to', 'two/long.py', ['ControlOrMeta+End']],
])('%s is read ahead: the first request there runs a few tokens of its prompt', async (_, file, jump) => {
  const ahead = async () => (await editor.log('GPT-J')).match(/read ahead: \d+ of/g) ?? [];
  const isRead = async (act: () => Promise<unknown>) => {
    const before = await ahead();
    await act();
    await waitFor({ what: 'it to be read', read: ahead, until: (now) => now.length > before.length });
  };
  await isRead(() => editor.workbench.openFile(file));
  for (const keys of jump) await isRead(() => editor.workbench.press(keys));
  await editor.workbench.press('ControlOrMeta+End');
  await editor.workbench.type('value = ');
  const asked = /request \d+: .*\((\d+) of (\d+) prompt tokens run/g;
  const requests = async () => [...(await editor.log('GPT-J')).matchAll(asked)];
  const nBefore = (await requests()).length;
  await editor.workbench.type('s');
  const after = await waitFor({ what: 'a request', read: requests, until: (now) => now.length > nBefore });
  const [, run, prompt] = after.at(-1)!;
  expect(Number(prompt)).toBeGreaterThan(100);
  expect(Number(run)).toBeLessThan(20);
});

test('a cell of a notebook is completed with what the cells before it hold', async () => {
  const { workbench } = editor;
  onTestFailed(() => workbench.screenshot('notebook-failed').then(() => undefined));
  await workbench.openNotebook('two/walk.ipynb');
  await workbench.page.locator('.notebookOverlay .code-cell-row .monaco-editor').nth(2).click();
  await workbench.press('ControlOrMeta+End');
  await workbench.type('\npark = haversi');
  await workbench.runCommand('Trigger Inline Suggestion');
  expect(await workbench.waitForGhostText()).toMatch(/^ne_kilometres/);
  await workbench.screenshot('notebook');
});
