/** From a real SQLite file to its rows: pick it, look at its schema, translate a comment, take another answer, run it. */
import path from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';

const QUESTION = '# names of the customers sorted by name\n';
const DDL = `CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT);
  CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), weight_kg REAL);`;

let editor: EditorHost;
let databaseFile: string;

beforeAll(async () => {
  const files = {
    'report.py': QUESTION,
    'tables.sql': 'CREATE TABLE meadows (id INTEGER PRIMARY KEY, owner TEXT);\n',
    'private.sql': 'CREATE TABLE salaries (id INTEGER PRIMARY KEY, euros INTEGER);\n',
    'unfinished.sql': 'CREATE TABLE fences (id INTEGER PRIMARY KEY, metres REAL;\n',
    '.gitignore': 'private.sql\n',
  };
  editor = await openEditor({ vsix: [builtPackage()], files, open: 'report.py' });
  databaseFile = path.join(editor.workbench.workspaceFolder, 'orchard.db');
  const database = new sqlite.Database(databaseFile);
  database.exec(`${DDL} INSERT INTO customers VALUES (1, 'Zoe', 'Graz'), (2, 'Ada', 'Linz');`);
  database.close();
  await editor.waitForLog('GPT-J', /ready after/);
});
afterAll(() => editor.dispose());

test('a question in a Python file is answered over a picked database, and the answer is run', async () => {
  onTestFailed(() => editor.workbench.screenshot('sql-database-failed').then(() => undefined));
  const { workbench } = editor;
  await workbench.openFile('report.py');
  await workbench.placeCursor(1, 5);
  await workbench.runCommand('GPT-J: Pick a SQL Database or Schema…');
  await workbench.pick('orchard.db');
  await workbench.page.locator('.pane-header').getByText('SQL Schema').click();
  const tree = workbench.page.locator('.pane-body .monaco-list');
  await tree.getByText('orders').first().click();
  await tree.getByText('→ customers.id').first().waitFor({ timeout: 15_000 });

  await workbench.focusEditor();
  await workbench.runCommand('GPT-J: Translate Comment to SQL');
  await workbench.page.locator('.view-line').getByText('SELECT').first().waitFor({ timeout: 60_000 });
  const told = workbench.page.locator('.statusbar').getByText('has prepared the statement on these tables');
  expect(await told.first().innerText()).toMatch(/tables: .*customers/);
  const answered = await workbench.savedText();
  const sql = answered.slice(QUESTION.length);
  expect(answered.startsWith(QUESTION)).toBe(true);
  const database = new sqlite.Database(databaseFile);
  database.prepare(sql).finalize();
  database.close();

  await workbench.selectLines(2, answered.trimEnd().split('\n').length);
  await workbench.runCommand('GPT-J: Run on the Picked Database');
  const rows = workbench.page.locator('.editor-instance[aria-label*="Rows"] .view-lines');
  await rows.getByText('Ada').first().waitFor({ timeout: 30_000 });
  await workbench.screenshot('sql-database');

  await workbench.openFile('report.py');
  await workbench.press('ControlOrMeta+Z');
  expect(await workbench.savedText()).toBe(QUESTION);
});

test('of the SQL files of a workspace, those that git ignores are not read, and what does not parse is told', async () => {
  onTestFailed(() => editor.workbench.screenshot('sql-workspace-failed').then(() => undefined));
  const { workbench } = editor;
  await workbench.runCommand('GPT-J: Pick a SQL Database or Schema…');
  await workbench.pick('SQL Files of the Workspace');
  const tree = workbench.page.locator('.pane-body .monaco-list');
  await tree.getByText('meadows').first().waitFor({ timeout: 15_000 });
  expect(await tree.getByText('salaries').count()).toBe(0);
  const told = tree.getByText('"CREATE TABLE fences" does not parse (near ";": syntax error)');
  expect(await told.count()).toBe(1);
  await workbench.screenshot('sql-problem');
});
