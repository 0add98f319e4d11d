// A real VS Code with the given extensions on a fresh workspace, looked at through chromium.
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { installEditorHost } from '../../scripts/editorHost/install.mjs';
import { startEditorServer } from '../../scripts/editorHost/server.mjs';
import { findChromium } from '../../scripts/project/chromium.mjs';
import { waitFor } from './waitFor.ts';
import { Workbench } from './workbench.ts';

export interface WindowOptions {
  /** The workspace: relative path → text. */
  readonly files: Readonly<Record<string, string>>;
  /** Which of them to open first. */
  readonly open?: string;
  /** Folders of the workspace that are its roots, in place of the one that holds them all. */
  readonly roots?: readonly string[];
}

export interface EditorOptions extends WindowOptions {
  /** Extension packages to install first. */
  readonly vsix?: readonly string[];
  /** An extension to run from its folder, without installing it. */
  readonly developmentPath?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What the editor tells extensions of the user's language. Its own texts stay English: it has no others here. */
  readonly language?: string;
  /** Settings that only the machine may have, like paths. */
  readonly machineSettings?: (workspaceFolder: string) => Readonly<Record<string, unknown>>;
  /** Lays out what an earlier run would have left, before the editor is started. */
  readonly prepare?: (globalStorageFolder: string) => Promise<void>;
}

export interface EditorHost {
  readonly workbench: Workbench;
  /** One more window, on a workspace of this name; its log is joined to that of the first. */
  readonly openWindow: (name: string, options: WindowOptions) => Promise<Workbench>;
  /** The log output channel of that name, of whichever extension, as it is on disk. */
  readonly log: (channel: string) => Promise<string>;
  readonly waitForLog: (
    channel: string,
    pattern: RegExp,
    options?: { timeoutMs?: number },
  ) => Promise<string>;
  /** Closes the browser, ends the server and removes the workspace. */
  readonly dispose: () => Promise<void>;
}

/**
 * The editor's own list of words opens while a test types, and now and then in time for the next key: "name):" and a new
 * line then became "name". Where it is Tab that takes a word, the test says so.
 */
const TYPED_AS_IT_IS = {
  'editor.acceptSuggestionOnCommitCharacter': false,
  'editor.acceptSuggestionOnEnter': 'off',
};

type Undo = () => Promise<unknown>;

/** Resolves when the workbench is ready and the file to open has the focus. Whoever calls it disposes the result. */
export async function openEditor(options: EditorOptions): Promise<EditorHost> {
  const runFolder = await mkdtemp(join(tmpdir(), 'gptj-editor-'));
  const undo: Undo[] = [
    () => rm(runFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  ];
  try {
    return await openIn(runFolder, options, undo);
  } catch (error) {
    await unwind(undo);
    throw error;
  }
}

async function openIn(runFolder: string, options: EditorOptions, undo: Undo[]): Promise<EditorHost> {
  const name = 'workspace';
  await layOut(join(runFolder, 'data/server/data'), join(runFolder, name), options);

  const server = await startEditorServer({
    vscodeFolder: await installEditorHost(),
    dataFolder: join(runFolder, 'data'),
    extensions: options.vsix ?? [],
    settings: { ...TYPED_AS_IT_IS, ...options.settings },
  });
  undo.push(() => server.stop());

  const browser = await launchBrowser();
  undo.push(() => browser.close());

  const openWindow = async (name: string, { files, open, roots }: WindowOptions): Promise<Workbench> => {
    const folder = join(runFolder, name);
    await writeWorkspace(folder, files);
    const workspace = roots && join(folder, 'roots.code-workspace');
    if (workspace !== undefined)
      await writeFile(workspace, JSON.stringify({ folders: roots?.map((path) => ({ path })) }));
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(20_000);
    if (options.language !== undefined) await page.addInitScript(speakingTo(options.language));
    const workbench = new Workbench(page, folder);
    const file = open === undefined ? undefined : join(folder, open);
    await page.goto(server.url({ folder, workspace, file, developmentPath: options.developmentPath }));
    await workbench.waitUntilReady();
    if (open !== undefined) await workbench.waitUntilActive(open);
    return workbench;
  };
  const workbench = await openWindow(name, options);

  const log = (channel: string) => readLog(server.logsFolder, channel);
  return {
    workbench,
    openWindow,
    log,
    waitForLog: (channel, pattern, { timeoutMs = 20_000 } = {}) =>
      waitFor({
        what: `the log ${channel} to hold ${String(pattern)}`,
        timeoutMs,
        intervalMs: 100,
        read: () => log(channel),
        until: (text) => pattern.test(text),
      }),
    dispose: () => unwind(undo),
  };
}

/** What has to lie there before the editor starts. */
async function layOut(serverData: string, workspaceFolder: string, options: EditorOptions): Promise<void> {
  const machine = join(serverData, 'Machine');
  await mkdir(machine, { recursive: true });
  const settings = options.machineSettings?.(workspaceFolder) ?? {};
  await writeFile(join(machine, 'settings.json'), JSON.stringify(settings));
  await options.prepare?.(join(serverData, 'User/globalStorage'));
}

function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error(
      'No chromium was found: install the package `chromium`, or set CHROMIUM_PATH to a browser.',
    );
  }
  // Its sandbox does not work for root, which is who containers run as; it opens no page but ours.
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
  ];
  return chromium.launch({ executablePath, args });
}

/** Where VS Code's code looks for the language. */
function speakingTo(language: string): string {
  return `Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => '${language}', set: () => undefined })`;
}

async function writeWorkspace(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Each start of an extension host writes a file of its own; they are joined in that order. */
async function readLog(logsFolder: string, channel: string): Promise<string> {
  const names = await readdir(logsFolder, { recursive: true });
  const files = names.filter((name) => basename(name) === `${channel}.log`).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(logsFolder, name), 'utf8')));
  return texts.join('');
}

/** Takes back what was done, last first; one failure does not stop the rest. */
async function unwind(undo: Undo[]): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step().catch(() => undefined);
}
