// Starts the VS Code server that install.mjs installed, on this machine's own address only.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../project/runCommand.mjs';
import { launchServer, listening } from './serverProcess.mjs';
import { quietSettings } from './settings.mjs';

const host = '127.0.0.1';

/**
 * Starts a server and resolves when it listens.
 * - `vscodeFolder`: what installEditorHost resolved to;
 * - `dataFolder`: settings, logs and installed extensions; what is there already is kept;
 * - `port`: 0 for any free one;
 * - `extensions`: VSIX files to install first;
 * - `settings`: user settings besides the quiet ones, written if the user has none yet.
 * The result's `stop()` resolves when the server and everything it started have ended.
 */
export async function startEditorServer({
  vscodeFolder,
  dataFolder,
  port = 0,
  extensions = [],
  settings = {},
  startTimeoutMs = 60_000,
}) {
  const folders = layOutData(dataFolder, settings);
  const main = join(vscodeFolder, 'out/server-main.js');
  const common = ['--server-data-dir', folders.server, '--extensions-dir', folders.extensions];
  const env = editorEnvironment();

  for (const vsix of extensions) {
    const install = [main, ...common, '--install-extension', vsix, '--force'];
    await runCommand(process.execPath, install, { env, quiet: true, timeoutMs: startTimeoutMs });
  }

  const token = randomBytes(16).toString('hex'); // other users and web pages of this machine do not know it
  const args = [main, ...common, ...serverFlags, '--port', String(port), '--connection-token', token];
  const server = launchServer(args, env, join(dataFolder, 'server.log'));
  try {
    const actualPort = await listening(server, startTimeoutMs);
    return {
      port: actualPort,
      url: (request) => workbenchUrl({ port: actualPort, token, ...request }),
      logsFolder: join(folders.server, 'data/logs'),
      exited: server.exited,
      stop: server.stop,
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

const serverFlags = [
  '--host',
  host,
  '--accept-server-license-terms',
  '--disable-telemetry',
  '--disable-update-check',
  '--disable-workspace-trust',
  '--disable-getting-started-override',
];

/** The address that opens `folder`, or a file that names the folders of a `workspace`, and in it `file`, with the extension under development in `developmentPath`. */
function workbenchUrl({ port, token, folder, workspace, file, developmentPath }) {
  const authority = `vscode-remote://${host}:${port}`;
  const payload = [];
  if (file) payload.push(['openFile', authority + uriPath(file)]);
  // The workbench takes on a theme that it finds below the folder of an extension under development. Its own themes
  // are below the project's; with `/.` at the end, the folder is the same but no longer looks like their parent.
  if (developmentPath)
    payload.push(['extensionDevelopmentPath', `${authority}${uriPath(developmentPath)}/.`]);

  const url = new URL(`http://${host}:${port}/`);
  url.searchParams.set('tkn', token);
  if (workspace) url.searchParams.set('workspace', uriPath(workspace));
  else url.searchParams.set('folder', uriPath(folder));
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** A URI's path begins with a slash and has only forward ones, on Windows too (`/c:/work`). */
function uriPath(path) {
  const forward = path.replaceAll('\\', '/');
  return forward.startsWith('/') ? forward : `/${forward}`;
}

/** The server makes none of these folders itself. */
function layOutData(dataFolder, settings) {
  const server = join(dataFolder, 'server');
  const extensions = join(dataFolder, 'extensions');
  const user = join(server, 'data/User');
  for (const folder of [extensions, user, join(server, 'data/Machine')])
    mkdirSync(folder, { recursive: true });

  const settingsFile = join(user, 'settings.json');
  if (!existsSync(settingsFile))
    writeFileSync(settingsFile, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  return { server, extensions };
}

/** Ours, less what another VS Code (whose terminal we may run in) would pass on to this one. */
function editorEnvironment() {
  const ours = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('VSCODE_') && name !== 'ELECTRON_RUN_AS_NODE',
  );
  // No marketplace: by default the editor asks one on every start.
  return { ...Object.fromEntries(ours), EXTENSIONS_GALLERY: '{}' };
}
