/** The packaged extension as a new user has it: installed, nothing set, a file that the model has never seen. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { seededRandom } from '../../src/base/seededRandom.ts';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { runCliJson } from '../support/runCli.ts';
import { waitFor } from '../support/waitFor.ts';
import { LIBRARY_PY, ORCHARD_SQL } from '../support/unseenFiles.ts';

let editor: EditorHost;
let temp: string;

const random = seededRandom(11);
const CUT_FILES = Array.from({ length: 5 }, (_, index) => cutFile(index, random));

beforeAll(async () => {
  temp = await mkdtemp(path.join(os.tmpdir(), 'gptj-editor-test-'));
  editor = await openEditor({
    vsix: [builtPackage()],
    files: {
      'library.py': LIBRARY_PY,
      'typing.py': LIBRARY_PY,
      'orchard.sql': ORCHARD_SQL,
      'notes.txt': 'a\n',
      ...Object.fromEntries(CUT_FILES.map(({ name, content }) => [name, content])),
    },
    open: 'typing.py',
  });
  await editor.waitForLog('GPT-J', /ready after/);
});

afterAll(async () => {
  await editor.dispose();
  await rm(temp, { recursive: true, force: true });
});

function screenshotOnFailure(name: string): void {
  onTestFailed(() => editor.workbench.screenshot(`${name}-failed`).then(() => undefined));
}

/** With Tab. Where the editor's own list of words is open as well, the first one is the list's, as for anybody. */
async function take(expected: string): Promise<void> {
  const { workbench } = editor;
  await expect
    .poll(async () => {
      if ((await workbench.ghostText()) !== undefined) await workbench.press('Tab');
      return workbench.savedText();
    })
    .toContain(expected);
}

test('typing shows ghost text, Tab accepts it, and the document holds it', async () => {
  screenshotOnFailure('typing');
  const { workbench } = editor;
  const nLines = LIBRARY_PY.split('\n').length;
  await workbench.placeCursor(nLines, 1);
  await workbench.type('\ndef add_member(self, name):\n');
  await workbench.type('self.na');
  // What is on display while the keys come may be the rest of any of them.
  await expect.poll(() => workbench.ghostText()).toMatch(/^me/);
  await workbench.screenshot('ghost-text');
  await take('def add_member(self, name):\n    self.name');
});

test('the ghost text at five random cursors is what the command line prints', async () => {
  screenshotOnFailure('random-cursors');
  const { workbench } = editor;
  const offered: string[] = [];
  const requests = async () => (await editor.log('GPT-J')).match(/request \d+: (?!cancelled)/g) ?? [];
  for (const { name, content, line, column } of CUT_FILES) {
    const file = path.join(temp, name);
    await writeFile(file, content);
    const place = ['--line', String(line), '--column', String(column)];
    const { text } = await runCliJson<{ text: string }>(['complete', '--file', file, ...place]);
    await workbench.openFile(name);
    await workbench.placeCursor(line, column);
    const nRequests = (await requests()).length;
    await workbench.runCommand('Trigger Inline Suggestion');
    await waitFor({ what: 'an answer', read: requests, until: (lines) => lines.length > nRequests });
    if (text === '') await workbench.waitForNoGhostText();
    else expect(await workbench.waitForGhostText()).toBe(text);
    offered.push(text);
  }
  expect(offered.filter((text) => text !== '').length).toBeGreaterThanOrEqual(3);
});

test('the key for the next suggestion shows another one, and Tab takes that', async () => {
  screenshotOnFailure('alternatives');
  const { workbench } = editor;
  await workbench.openFile('typing.py');
  await workbench.press('ControlOrMeta+End');
  await workbench.type('\nfor ');
  await workbench.runCommand('Trigger Inline Suggestion');
  const first = await workbench.waitForGhostText();
  await workbench.press('Alt+]');
  await expect.poll(() => workbench.ghostText()).not.toBe(first);
  const second = await workbench.waitForGhostText();
  await workbench.screenshot('alternatives');
  await take(`for ${second.split('\n')[0]}`);
});

test('the selected Python is explained beside it', async () => {
  screenshotOnFailure('explain');
  const { workbench } = editor;
  await workbench.openFile('library.py');
  await workbench.selectLines(20, 21);
  await workbench.runCommand('GPT-J: Explain Python');
  const shown = workbench.page.locator('.editor-instance[aria-label*="Explanation"] .view-lines');
  await shown.getByText('on this machine').waitFor({ timeout: 30_000 });
  const answer = ((await shown.textContent()) ?? '').replaceAll('\u00a0', ' ');
  const file = path.join(temp, 'explained.py');
  await writeFile(file, LIBRARY_PY);
  const { text } = await runCliJson<{ text: string }>(['explain', file, '--lines', '20-21']);
  expect(answer.replace(/\s+/g, ' ')).toContain(text.slice(0, 40));
  await workbench.screenshot('explain');
});

test('a comment becomes SQL below it, in one edit that one undo takes back', async () => {
  screenshotOnFailure('sql');
  const { workbench } = editor;
  await workbench.openFile('orchard.sql');
  const commentLine = ORCHARD_SQL.split('\n').findIndex((line) => line.startsWith('--')) + 1;
  await workbench.placeCursor(commentLine, 5);
  await workbench.runCommand('GPT-J: Translate Comment to SQL');
  await workbench.page.locator('.view-line').getByText('SELECT').first().waitFor({ timeout: 30_000 });
  await workbench.screenshot('sql');
  const saved = await workbench.savedText();
  const file = path.join(temp, 'orchard.sql');
  await writeFile(file, ORCHARD_SQL);
  const question = 'names of the growers sorted by name';
  const { sql } = await runCliJson<{ sql: string }>(['sql', '--schema', file, question]);
  expect(saved).toBe(`${ORCHARD_SQL}${sql}\n`);
  await workbench.press('ControlOrMeta+Z');
  expect(await workbench.savedText()).toBe(ORCHARD_SQL);
});

test('nothing is offered in a language that the model was not made for', async () => {
  screenshotOnFailure('other-language');
  const { workbench } = editor;
  await workbench.openFile('notes.txt');
  await workbench.placeCursor(1, 2);
  await workbench.type(' b');
  await editor.waitForLog('GPT-J', /off for plaintext/);
  expect(await workbench.ghostText()).toBeUndefined();
});

test('the status bar says what runs', async () => {
  const label = await editor.workbench.statusBarLabel('gptj.status');
  expect(label).toMatch(/GPT-J Code starter, 4-bit/);
  expect(label).toMatch(/CPU, \d+ threads?, \d+ tokens\/s/);
});

type CutFile = {
  readonly name: string;
  readonly content: string;
  readonly line: number;
  readonly column: number;
};

/** The file with one line cut short at a random place, as it is while somebody types that line. */
function cutFile(index: number, random: () => number): CutFile {
  const lines = LIBRARY_PY.split('\n');
  const long = [...lines.keys()].filter((at) => at > 4 && lines[at]!.trim().length > 12);
  const at = long[Math.floor(random() * long.length)]!;
  const text = lines[at]!;
  const indentation = text.length - text.trimStart().length;
  const kept = text.slice(0, indentation + 4 + Math.floor(random() * (text.trim().length - 8)));
  const content = lines.with(at, kept).join('\n');
  return { name: `cut-${index}.py`, content, line: at + 1, column: kept.length + 1 };
}
