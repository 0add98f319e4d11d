// From a fresh clone to an editor with the extension in it.
//   npm start [-- --serve] [-- --port N]
// Opens the desktop's VS Code where there is one, and else (or with --serve or --port) serves one to a browser.
import './project/requireNode.mjs';
import { join } from 'node:path';
import { installDependencies } from './project/dependencies.mjs';
import { readOptions } from './project/options.mjs';
import { runNpm } from './project/runCommand.mjs';
import { openInDesktopCode } from './start/desktopCode.mjs';
import { copySampleWorkspace } from './start/sampleWorkspace.mjs';
import { serveEditor } from './start/serveEditor.mjs';

try {
  await start(startOptions());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function start({ serve, port }) {
  await installDependencies();
  await runNpm(['run', '--silent', 'build']);

  const workspaceFolder = copySampleWorkspace();
  if (!serve && (await openInDesktopCode(workspaceFolder))) {
    console.log('GPT-J Code runs in the new window of VS Code.');
    return;
  }
  await serveEditor({ workspaceFolder, file: join(workspaceFolder, 'shop.py'), port });
}

function startOptions() {
  const options = readOptions({ serve: { type: 'boolean' }, port: { type: 'string' } });
  const port = Number(options.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port takes a number from 0 (any free port) to 65535, not ${options.port}.`);
  }
  // A port only makes sense for a served editor.
  return { serve: options.serve ?? options.port !== undefined, port };
}
