// Opens the extension in a VS Code that this machine serves to a browser, until Ctrl-C.
import { join } from 'node:path';
import { installEditorHost } from '../editorHost/install.mjs';
import { startEditorServer } from '../editorHost/server.mjs';
import { editorsFolder, projectRoot } from '../project/paths.mjs';

export async function serveEditor({ workspaceFolder, file, port }) {
  const vscodeFolder = await installEditorHost();
  const server = await startEditorServer({
    vscodeFolder,
    dataFolder: join(editorsFolder, 'served'), // kept, so that settings and downloaded models are there next time
    port,
  });
  console.log(
    '\nGPT-J Code runs in the VS Code at this address, as long as this command runs (Ctrl-C ends it):\n',
  );
  console.log(server.url({ folder: workspaceFolder, file, developmentPath: projectRoot }));

  let wasAsked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      wasAsked = true;
      void server.stop();
    });
  }
  await server.exited;
  if (!wasAsked)
    throw new Error(`The editor ended by itself: see ${join(editorsFolder, 'served', 'server.log')}.`);
}
