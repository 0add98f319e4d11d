/**
 * "Install CUDA Support": it explains first, and fetches nothing unless it is told to. VS Code's proxy is a server of
 * this test's that writes down who is asked for and connects nobody, so that a connection would be seen.
 */
import { once } from 'node:events';
import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { CUDA_LIBRARIES, runtimeFolder } from '../../src/hub/cudaLibraries.ts';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { waitFor } from '../support/waitFor.ts';

let proxy: Server;
let editor: EditorHost;
/** Whom the proxy was asked for. */
const asked: string[] = [];
/** As the dialog names it. */
let librariesFolder = '';

beforeAll(async () => {
  proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  editor = await openEditor({
    vsix: [builtPackage()],
    files: { 'a.txt': 'x\n' },
    open: 'a.txt',
    settings: { 'http.proxy': url },
  });
});

afterAll(async () => {
  await editor.dispose();
  proxy.close();
});

const TITLE = 'GPT-J: Install CUDA Support';
const dialog = () => editor.workbench.page.locator('.monaco-dialog-box');

test('it says what is fetched, from where, to where, and what is needed; a cancelled one fetches nothing', async () => {
  onTestFailed(() => editor.workbench.screenshot('cuda-failed').then(() => undefined));
  await editor.workbench.runCommand(TITLE);
  await dialog().waitFor();
  await editor.workbench.screenshot('cuda');
  const text = await dialog().innerText();
  for (const part of [
    ...[
      'Microsoft.ML.OnnxRuntime.Gpu.Linux',
      '1.30.0',
      '250 MB',
      'Microsoft',
      'MIT',
      'https://api.nuget.org',
    ],
    ...['cuda/1.30.0', 'NVIDIA driver', 'CUDA 12', 'cuDNN 9', 'Nobody has tested this', 'WebGPU'],
  ]) {
    expect(text).toContain(part);
  }
  librariesFolder = /kept in (\S+)\./.exec(text)?.[1] ?? '';
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await dialog().waitFor({ state: 'detached' });
  const log = await editor.waitForLog('GPT-J', /gptj\.installCuda: done/);
  expect(log).not.toContain('fetching');
  expect(asked.filter((host) => host.includes('nuget'))).toEqual([]);
  expect(await editor.workbench.notifications()).toEqual([]);
});

test('told to, it asks for NuGet through the proxy of VS Code, and says in a sentence that this failed', async () => {
  onTestFailed(() => editor.workbench.screenshot('cuda-fetch-failed').then(() => undefined));
  await editor.workbench.runCommand(TITLE);
  await dialog().getByRole('button', { name: 'Fetch and Install' }).click();
  await waitFor({
    what: 'a request for NuGet at the proxy',
    read: () => Promise.resolve(asked),
    until: (hosts) => hosts.some((host) => host === 'api.nuget.org:443'),
  });
  const message = await editor.workbench.waitForNotification(/api\.nuget\.org cannot be reached/);
  expect(message).toMatch(/check VS Code's setting "http\.proxy"/);
});

test('what is installed is put beside the runtime, and not fetched again', async () => {
  onTestFailed(() => editor.workbench.screenshot('cuda-link-failed').then(() => undefined));
  await mkdir(librariesFolder, { recursive: true });
  for (const name of CUDA_LIBRARIES) await writeFile(path.join(librariesFolder, name), 'no library');
  const nAsked = asked.length;
  await editor.workbench.runCommand(TITLE);
  await editor.workbench.waitForNotification(/CUDA support 1\.30\.0 is installed already/);
  expect(asked).toHaveLength(nAsked);

  const extensions = path.join(librariesFolder.slice(0, librariesFolder.indexOf('/server/')), 'extensions');
  const [extension] = (await readdir(extensions)).filter((name) => name.startsWith('gptj-code'));
  const beside = runtimeFolder(path.join(extensions, extension!));
  expect(await readdir(beside)).toContain('libonnxruntime.so.1');
  for (const name of CUDA_LIBRARIES) {
    expect(await readlink(path.join(beside, name))).toBe(path.join(librariesFolder, name));
  }
});
