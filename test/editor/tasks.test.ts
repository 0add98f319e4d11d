/** Tasks as files and the chat in the packaged extension, with the starter, which was made for neither. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { runCliJson } from '../support/runCli.ts';
import { waitFor } from '../support/waitFor.ts';

/** Python goes on as Python: what the starter can do in any wording. */
const TASK = `---
id: go-on
title: Go on with It
description: What comes next in the selected code.
input: selection
languages: [python]
output: insert
stop: [{ lines: 2 }]
maxTokens: 30
---
def area(width, height):
    return width * height


{{input}}
`;

/** As long as the window lasts. */
const ENDLESS = (id: string, output: string) => `---
id: ${id}
title: ${id}
input: selection
output: ${output}
maxTokens: 300
sampling: { temperature: 1.5 }
---
{{input}}
`;

const BAD_TASK = `---
id: chat
title: Mine
input: clipboard
output: view
colour: red
---
{{inptu}}
`;

const CODE = 'import os\n\n\ndef read_text(path):\n    with open(path) as file:\n';

let editor: EditorHost;

beforeAll(async () => {
  editor = await openEditor({
    vsix: [builtPackage()],
    files: {
      'code.py': CODE,
      'notes.md': 'The lift is stuck.\n',
      '.gptj/tasks/go-on.md': TASK,
      '.gptj/tasks/endless.md': ENDLESS('endless', 'view'),
      '.gptj/tasks/slow.md': ENDLESS('slow', 'replace'),
      '.gptj/tasks/bad.md': BAD_TASK,
      '.gptj/tasks/binary.md': '---\0\0\0',
    },
    open: 'code.py',
  });
  await editor.waitForLog('GPT-J', /ready after/);
});

afterAll(() => editor.dispose());

function screenshotOnFailure(name: string): void {
  onTestFailed(() => editor.workbench.screenshot(`${name}-failed`).then(() => undefined));
}

test('a task of the workspace is in the list, runs, and is taken back by one undo', async () => {
  screenshotOnFailure('task');
  const { workbench } = editor;
  await workbench.openFile('code.py');
  await workbench.selectLines(4, 5);
  await workbench.runCommand('GPT-J: Run Task…');
  const labels = await workbench.pickLabels();
  await workbench.screenshot('task-list');
  expect(labels).toContain('Go on with It');
  expect(labels.some((label) => label.includes('bad.md'))).toBe(true);
  await workbench.pick('Go on with It');
  await editor.waitForLog('GPT-J', /gptj\.runTask: done/);
  const saved = await workbench.savedText();
  await workbench.screenshot('task-inserted');

  // The same by hand, from the terminal.
  const tokenizer = new Tokenizer('gpt2');
  const prompt = `def area(width, height):\n    return width * height\n\n\n${CODE.slice(CODE.indexOf('def')).trimEnd()}`;
  const ids = tokenizer.encode(prompt).join();
  const generated = await runCliJson<{ ids: number[] }>(['generate', '--ids', ids, '--max-tokens', '30']);
  const lines = tokenizer.decode(generated.ids).split('\n').slice(0, 2).join('\n').trim();
  expect(lines).not.toBe('');
  expect(saved).toBe(`${CODE.trimEnd()}\n${lines}\n`);
  await workbench.press('ControlOrMeta+Z');
  expect(await workbench.savedText()).toBe(CODE);
});

test('a task can be cancelled at any time, and the view says so', async () => {
  screenshotOnFailure('task-cancelled');
  const { workbench } = editor;
  await workbench.openFile('code.py');
  await workbench.selectLines(4, 5);
  await workbench.runCommand('GPT-J: Run Task…');
  await workbench.pick('endless');
  const shown = workbench.page.locator('.editor-instance[aria-label*="endless"] .view-lines');
  await shown.getByText('on this machine').waitFor();
  await workbench.clickNotificationButton('Cancel');
  await shown.getByText('Stopped.').waitFor();
  await workbench.openFile('code.py');
  expect(await workbench.savedText()).toBe(CODE);
});

test('a text that has changed meanwhile is left alone, and the answer is not lost', async () => {
  screenshotOnFailure('task-changed');
  const { workbench } = editor;
  await workbench.openFile('code.py');
  await workbench.selectLines(4, 5);
  await workbench.runCommand('GPT-J: Run Task…');
  await workbench.pick('slow');
  await workbench.page.locator('.notification-list-item').getByText('GPT-J: slow').waitFor();
  await workbench.focusEditor();
  await workbench.type('mine');
  await editor.waitForLog('GPT-J', /(?:gptj\.runTask: done[^]*){2}/, { timeoutMs: 60_000 });
  await workbench.waitForNotification(/changed or closed meanwhile/);
  const shown = workbench.page.locator('.editor-instance[aria-label*="slow"] .view-lines');
  await expect.poll(async () => (await shown.textContent())?.length).toBeGreaterThan(20);
  await workbench.screenshot('task-changed');
  await workbench.openFile('code.py');
  expect(await workbench.savedText()).toBe('import os\n\n\nmine\n');
  await workbench.press('ControlOrMeta+Z');
  expect(await workbench.savedText()).toBe(CODE);
});

test('a file that is added is a task at once', async () => {
  screenshotOnFailure('task-added');
  const { workbench } = editor;
  const file = path.join(workbench.workspaceFolder, '.gptj/tasks/late.md');
  await writeFile(
    file,
    TASK.replace('go-on', 'late').replace('Go on with It', 'Late').replace('insert', 'replace'),
  );
  await workbench.openFile('code.py');
  await workbench.selectLines(4, 5);
  await workbench.runCommand('GPT-J: Run Task…');
  await workbench.pick('Late');
  await editor.waitForLog('GPT-J', /(?:gptj\.runTask: done[^]*){3}/);
  expect(await workbench.savedText()).not.toContain('def read_text');
  await workbench.press('ControlOrMeta+Z');
  expect(await workbench.savedText()).toBe(CODE);
});

test('a task is offered in its languages only, and wants a selection', async () => {
  screenshotOnFailure('task-languages');
  const { workbench } = editor;
  await workbench.openFile('notes.md');
  await workbench.placeCursor(1, 1);
  await workbench.runCommand('GPT-J: Run Task…');
  const labels = await workbench.pickLabels();
  expect(labels).not.toContain('Go on with It');
  expect(labels).toEqual(expect.arrayContaining(['Summarise', 'Translate', 'Classify', 'Explain Python']));
  await workbench.pick('Summarise');
  await workbench.waitForNotification(/Nothing is selected\. Select the text/);
});

test('a model that was not made for a task says so first, and can run it all the same', async () => {
  screenshotOnFailure('task-ability');
  const { workbench } = editor;
  await workbench.openFile('notes.md');
  await workbench.selectLines(1, 1);
  await workbench.runCommand('GPT-J: Run Task…');
  await workbench.pick('Sentiment');
  const dialog = workbench.page.locator('.monaco-dialog-box');
  await dialog.getByText('GPT-J Code starter was not made for "Sentiment"').waitFor();
  await expect.poll(() => dialog.innerText()).toContain('GPT-J-6B can do it');
  await workbench.screenshot('task-not-made-for-it');
  await dialog.getByRole('button', { name: 'Run Anyway' }).click();
  const shown = workbench.page.locator('.editor-instance[aria-label*="Sentiment"] .view-lines');
  await shown.getByText('on this machine').waitFor({ timeout: 30_000 });
  const answer = ((await shown.textContent()) ?? '').replaceAll('\u00a0', ' ');
  const found = [...answer.matchAll(/(positive|neutral|negative): (\d+\.\d) %/g)];
  expect(found.map((match) => match[1]).sort()).toEqual(['negative', 'neutral', 'positive']);
  expect(found.reduce((sum, match) => sum + Number(match[2]), 0)).toBeCloseTo(100, 0);
  await workbench.screenshot('task-sentiment');
});

test('a bad file of a task says what is wrong, where, and what to write', async () => {
  screenshotOnFailure('task-problems');
  const { workbench } = editor;
  await workbench.openFile('.gptj/tasks/bad.md');
  const marks = workbench.page.locator('.squiggly-error');
  await expect.poll(() => marks.count()).toBeGreaterThanOrEqual(3);
  await workbench.runCommand('Problems: Focus on Problems View');
  const problems = workbench.page.locator('.markers-panel');
  await problems.getByText('"colour" is no field of a task.').waitFor();
  await problems.getByText('"input" must be one of selection, file, typed.').waitFor();
  await problems.getByText('{{inptu}} is no place of this prompt.').waitFor();
  await workbench.screenshot('task-problems');

  // Fields that are missing are offered.
  await workbench.openFile('.gptj/tasks/bad.md');
  await workbench.placeCursor(6, 1);
  await workbench.press('ControlOrMeta+Space');
  const offered = workbench.page.locator('.suggest-widget .monaco-list-row');
  await expect
    .poll(() => offered.allInnerTexts())
    .toEqual(expect.arrayContaining([expect.stringContaining('maxTokens')]));
  await workbench.screenshot('task-completion');
  await workbench.press('Escape');
});

test('the chat answers, can be stopped, and says that the model was not made for it', async () => {
  screenshotOnFailure('chat');
  const { workbench } = editor;
  await workbench.openFile('notes.md');
  const selectAll = async () => {
    await workbench.press('ControlOrMeta+A');
    return workbench.statusBarText('status.editor.selection');
  };
  await expect.poll(selectAll, { interval: 200 }).toContain('selected');
  await workbench.runCommand('GPT-J: Chat');
  const chat = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  const question = chat.getByLabel('Your question');
  await chat.getByRole('button', { name: 'Clear' }).click();
  await question.fill('How do I open a file?');
  await question.press('Enter');
  const turns = chat.locator('article');
  const stop = chat.getByRole('button', { name: 'Stop' });
  const answer = turns.last().locator('.answer');
  // It grows: more than one length is seen before it is complete.
  const lengths = new Set<number>();
  await waitFor({
    what: 'the answer to be complete',
    timeoutMs: 60_000,
    intervalMs: 20,
    read: async () => {
      lengths.add(((await answer.textContent()) ?? '').length);
      return stop.isVisible();
    },
    until: (isBusy) => !isBusy,
  });
  expect(lengths.size).toBeGreaterThan(2);
  await chat.getByText('GPT-J Code starter was not made for "Chat"').waitFor();
  await chat.getByText('GPT-J Code starter, 4-bit, on this machine').waitFor();
  const first = (await answer.textContent()) ?? '';
  expect(first).not.toMatch(/^Person:/m);
  await workbench.screenshot('chat');

  await question.fill('Write a very long program.');
  await question.press('Enter');
  await stop.waitFor();
  await question.press('Escape');
  await stop.waitFor({ state: 'hidden' });
  expect(await turns.count()).toBe(2);
  await workbench.screenshot('chat-stopped');

  // What it said can be put into the file, in place of what is selected.
  await turns.first().getByRole('button', { name: 'Insert' }).click();
  await workbench.openFile('notes.md');
  const words = (text: string) => text.replace(/\s+/g, ' ').trim();
  const inserted = words(await workbench.savedText());
  expect(inserted).not.toBe('');
  expect(words(first)).toContain(inserted);
  await chat.getByRole('button', { name: 'Clear' }).click();
  await expect.poll(() => turns.count()).toBe(0);
});
