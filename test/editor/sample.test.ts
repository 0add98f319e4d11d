/** The sample workspace that `npm start` opens: what its files say happens. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copySampleWorkspace } from '../../scripts/start/sampleWorkspace.mjs';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';

const temp = mkdtempSync(path.join(os.tmpdir(), 'gptj-sample-test-'));
let editor: EditorHost;

beforeAll(async () => {
  const sample = copySampleWorkspace(temp);
  const files = Object.fromEntries(
    readdirSync(sample).map((name) => [name, readFileSync(path.join(sample, name), 'utf8')]),
  );
  editor = await openEditor({ vsix: [builtPackage()], files, open: 'shop.py' });
  await editor.waitForLog('GPT-J', /ready after/);
});
afterAll(async () => {
  await editor.dispose();
  rmSync(temp, { recursive: true });
});

test('git does not ignore it, for then its files would not be read', () => {
  const isIgnored = (file: string) =>
    spawnSync('git', ['-C', path.dirname(file), 'check-ignore', '-q', file]).status === 0;
  expect(isIgnored(path.join(copySampleWorkspace(), 'shop.py'))).toBe(false);
  // As a copy in the folder of the project would be.
  const project = path.join(temp, 'project');
  spawnSync('git', ['init', '-q', project]);
  writeFileSync(path.join(project, '.gitignore'), 'out/\n');
  mkdirSync(path.join(project, 'out'));
  expect(isIgnored(path.join(copySampleWorkspace(path.join(project, 'out')), 'shop.py'))).toBe(true);
});

test('at the end of the Python file, Enter brings a suggestion', async () => {
  const { workbench } = editor;
  await workbench.press('ControlOrMeta+End');
  await workbench.press('Enter');
  expect(await workbench.waitForGhostText()).toMatch(/^self\.email/);
  await workbench.screenshot('sample');
});
