/** What is never read, and what the user is told when nothing is shown. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { LIBRARY_PY } from '../support/unseenFiles.ts';

let editor: EditorHost;

beforeAll(async () => {
  editor = await openEditor({
    vsix: [builtPackage()],
    files: {
      'library.py': LIBRARY_PY,
      '.env': 'PASSWORD=1\n',
      '.gitignore': 'generated/\n',
      'generated/made.py': LIBRARY_PY,
      'generous.py': LIBRARY_PY,
      'data/private/notes.py': LIBRARY_PY,
      'sub/.gitignore': '',
      'sub/late.py': LIBRARY_PY,
      'notes.md': '# Notes\n\nHello\n',
    },
    open: 'library.py',
    settings: {
      'gptj.languages': { properties: true, dotenv: true, plaintext: true, markdown: false },
      'gptj.exclude': ['data/**/{private,secret}'],
    },
  });
  await editor.waitForLog('GPT-J', /ready after/);
});

afterAll(() => editor.dispose());

beforeEach((context) => {
  onTestFailed(() => editor.workbench.screenshot(`privacy-${context.task.id}-failed`).then(() => undefined));
});

/** The model was asked, whatever it had to say. */
const ASKED = /from the (?:model|cache|display|running)|not sure enough|nothing to add|prompt tokens run/;

/** Asks for a suggestion at the end of the file as a person would, and returns what came of it. */
async function ask(file: string): Promise<string> {
  const { workbench } = editor;
  await workbench.openFile(file);
  // An editor that has just opened may miss the key.
  const toTheEnd = async () => {
    await workbench.press('ControlOrMeta+End');
    return workbench.statusBarText('status.editor.selection');
  };
  await expect.poll(toTheEnd, { interval: 100, timeout: 5_000 }).not.toBe('Ln 1, Col 1');
  return askHere();
}

async function askHere(): Promise<string> {
  const { workbench, log, waitForLog } = editor;
  const nBefore = outcomesIn(await log('GPT-J')).length;
  await workbench.type('self.');
  await workbench.runCommand('Trigger Inline Suggestion');
  await waitForLog(
    'GPT-J',
    new RegExp(`(?:request \\d+: (?!cancelled|nothing, typing)[\\s\\S]*){${nBefore + 1}}`),
  );
  return outcomesIn(await log('GPT-J')).at(-1) ?? '';
}

function outcomesIn(log: string): string[] {
  return [...log.matchAll(/request \d+: (?!cancelled|nothing, typing)(.*?)(?:, \d+ ms after|$)/gm)].map(
    ([, outcome]) => outcome!,
  );
}

async function whyNothing(): Promise<string> {
  await editor.workbench.runCommand('GPT-J: Why Was Nothing Shown?');
  const { workbench } = editor;
  await workbench.page.getByText('Nothing of your code is kept here').first().waitFor();
  return workbench.visibleText();
}

test.each([
  ['.env', /^nothing, a file of environment variables \(\.env\*\)$/],
  ['generated/made.py', /^nothing, a file that git ignores \(\.gitignore\)$/],
  [
    'data/private/notes.py',
    /^nothing, a file that the setting gptj\.exclude names \(data\/\*\*\/\{private,secret\}\)$/,
  ],
])('%s gets no suggestion', async (file, outcome) => {
  expect(await ask(file)).toMatch(outcome);
  expect(await editor.workbench.ghostText()).toBeUndefined();
});

test.each(['generous.py', 'library.py', 'sub/late.py'])('%s is completed', async (file) => {
  expect(await ask(file)).toMatch(ASKED);
});

test('a document that has no file yet is read', async () => {
  await editor.workbench.runCommand('File: New Untitled Text File');
  await editor.workbench.type('self.name = name\n');
  expect(await askHere()).toMatch(ASKED);
});

test('a window in the background is asked for nothing', async () => {
  const { workbench } = editor;
  await workbench.openFile('library.py');
  const focus = (has: boolean) =>
    workbench.page.evaluate(
      `document.hasFocus = () => ${has}; window.dispatchEvent(new Event('${has ? 'focus' : 'blur'}'))`,
    );
  await focus(false);
  await expect
    .poll(
      async () => {
        await workbench.type('x');
        return outcomesIn(await editor.log('GPT-J')).at(-1);
      },
      { interval: 300, timeout: 10_000 },
    )
    .toBe('nothing, the window is not in focus');
  await focus(true);
  expect(await ask('library.py')).toMatch(ASKED);
});

test('a rule that comes while the editor is open holds', async () => {
  expect(await ask('sub/late.py')).toMatch(ASKED);
  await writeFile(path.join(editor.workbench.workspaceFolder, 'sub/.gitignore'), 'late.py\n');
  await expect
    .poll(() => ask('sub/late.py'), { timeout: 20_000, interval: 500 })
    .toBe('nothing, a file that git ignores (sub/.gitignore)');
});

test('what came of it is told in words, with the next step, newest first', async () => {
  await ask('.env');
  await ask('notes.md');
  const told = await whyNothing();
  await editor.workbench.screenshot('why-nothing');
  expect(told).toMatch(
    /notes\.md, line 4 \(markdown\)\n\s+Nothing was asked: GPT-J is off for markdown\.\n\s+To switch it on there, run "GPT-J: Switch On or Off for This Language"\./,
  );
  expect(told).toMatch(/\.env, line 2 \(\w+\)\n\s+Nothing was read: this is a file of environment variables/);
  expect(told.indexOf('notes.md')).toBeLessThan(told.indexOf('.env'));
  expect(told).not.toMatch(/\bself\./);
});
