/** "Get a Model…": from a hub on loopback, which the setting names, to the model that runs, by commands alone. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { GOLDEN } from '../support/goldenModel.ts';
import { HubServer, REPOSITORY } from '../support/hubServer.ts';

const TITLE = 'GPT-J: Get a Model…';
const TOKEN = 'hf_secret123';
const LARGE = '/large/model.safetensors';

let hub: HubServer;
let editor: EditorHost;
let storage = '';

beforeAll(async () => {
  hub = await HubServer.startWith(path.join(GOLDEN, 'safetensors-f32'));
  editor = await openEditor({
    vsix: [builtPackage()],
    files: { 'a.py': 'x = 1\n' },
    open: 'a.py',
    machineSettings: () => ({ 'gptj.hubHost': hub.origin }),
    prepare: (globalStorage) => {
      storage = path.join(globalStorage, 'gptj-code.gptj-code');
      return Promise.resolve();
    },
  });
  await editor.waitForLog('GPT-J', /ready after/);
});
afterAll(async () => {
  await editor.dispose();
  await hub.stop();
});

const dialog = () => editor.workbench.page.locator('.monaco-dialog-box');

function photograph(name: string): void {
  onTestFailed(() => editor.workbench.screenshot(`${name}-failed`).then(() => undefined));
}

async function askForRepository(): Promise<void> {
  await editor.workbench.runCommand(TITLE);
  await editor.workbench.page.getByText(/Get a model from/).waitFor();
  // Below the list's edge.
  await editor.workbench.page.locator('.quick-input-widget input').fill('Another');
  await editor.workbench.pick('Another repository…');
  await editor.workbench.page.getByText('owner/name of a GPT-J or CodeGen checkpoint').waitFor();
  await editor.workbench.answer(REPOSITORY);
  await dialog().waitFor();
}

test('the list says what each model takes, and nobody is asked for anything', async () => {
  photograph('get-model-list');
  const { workbench } = editor;
  await workbench.runCommand(TITLE);
  await workbench.page
    .getByText(/about \d+ tokens\/s on the CPU/)
    .first()
    .waitFor();
  await workbench.screenshot('get-model-list');
  expect(await workbench.pickLabels()).toContain('CodeGen 350M mono');
  const text = await workbench.page.locator('.quick-input-widget').innerText();
  for (const part of [
    '0.4 B parameters, bsd-3-clause, HumanEval 12.8 %',
    '797 MB to fetch, 202 MB of disk, 567 MB of memory',
  ])
    expect(text.replaceAll('\u00a0', ' ')).toContain(part);
  await workbench.press('Escape');
  await editor.waitForLog('GPT-J', /gptj\.getModel: done/);
  expect(hub.requests).toEqual([]);
});

test('a token is kept for this host, and it says so', async () => {
  photograph('hub-token');
  const { workbench } = editor;
  await workbench.runCommand('GPT-J: Set Hub Access Token…');
  await workbench.page.getByText(/It is sent to 127\.0\.0\.1:\d+ and to no other host/).waitFor();
  await workbench.answer(TOKEN);
  await workbench.waitForNotification(/The access token for 127\.0\.0\.1:\d+ is kept among the secrets/);
  expect(hub.requests).toEqual([]);
});

test('it says what is fetched, from where and how much; a cancelled one fetches no weights and leaves nothing', async () => {
  photograph('get-model-question');
  await askForRepository();
  await editor.workbench.screenshot('get-model-question');
  const text = await dialog().innerText();
  for (const part of [REPOSITORY, '1.1 MB', '127.0.0.1', '0123456789ab', 'apache-2.0', '4 bits', 'tokens/s'])
    expect(text).toContain(part);
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await dialog().waitFor({ state: 'detached' });
  await expect.poll(() => readdir(path.join(storage, 'downloads'))).toEqual([]);
  expect(hub.requests.filter(({ path }) => path.startsWith('/large/'))).toEqual([]);
});

test('cancelled in the middle, it is offered to go on, imported, and used; its source is gone', async () => {
  photograph('get-model');
  const { workbench } = editor;
  const weights = hub.files.get('model.safetensors')!;
  hub.answer = ({ url }, response) => {
    if (url?.startsWith(LARGE) !== true) return false;
    response.writeHead(200, { etag: '"whole"', 'content-length': weights.length });
    response.write(weights.subarray(0, 700_000));
    return true;
  };
  await askForRepository();
  await dialog().getByRole('button', { name: 'Get It', exact: true }).click();
  await workbench.waitForNotification(/Fetching someone\/gptj-tiny: \d\.\d MB of 1\.1 MB/);
  await workbench.screenshot('get-model-progress');
  await workbench.clickNotificationButton('Cancel');
  hub.answer = () => false;

  await workbench.runCommand(TITLE);
  expect((await workbench.pickLabels())[0]).toBe(`Go on with ${REPOSITORY}`);
  await workbench.screenshot('get-model-go-on');
  await workbench.pick(`Go on with ${REPOSITORY}`);
  await dialog().waitFor();
  // As long as a person reads: of more than three notifications in a moment, the editor hides the last.
  await workbench.page.waitForTimeout(1_000);
  await dialog().getByRole('button', { name: 'Get It', exact: true }).click();
  await workbench.waitForNotification(/gptj-tiny-4-bit has been imported/);
  await workbench.screenshot('get-model');
  expect(hub.requests.at(-1)).toMatchObject({ authorization: undefined, ifRange: '"whole"' });
  expect(await readdir(path.join(storage, 'downloads'))).toEqual([]);

  await workbench.clickNotificationButton('Use It Now');
  await editor.waitForLog('GPT-J', /ready after \d+ ms: gptj-tiny, 4-bit/);
  expect(await workbench.statusBarLabel('gptj.status')).toMatch(/gptj-tiny, 4-bit/);
});

test('the hub alone was shown the token, and the log knows neither it nor a signature', async () => {
  const shown = hub.requests.filter(({ path }) => !path.startsWith('/large/'));
  expect(new Set(shown.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${TOKEN}`]));
  expect(
    hub.requests.filter(({ path }) => path.startsWith('/large/')).map(({ authorization }) => authorization),
  ).toEqual([undefined, undefined]);
  expect(await editor.log('GPT-J')).not.toMatch(/hf_secret|signature/);
});
