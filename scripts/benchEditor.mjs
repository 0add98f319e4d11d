// Measures the packaged extension in a real VS Code: `npm run bench:editor`. The last line is one JSON object.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot, thisTarget } from './project/paths.mjs';
import { runCommand, runNpm } from './project/runCommand.mjs';

if (process.platform !== 'linux') {
  console.error('The editor benchmark reads /proc, so it runs on Linux only.');
  process.exit(1);
}
await runNpm(['run', '--silent', 'package', '--', '--target', thisTarget]);
const typescript = pathToFileURL(join(projectRoot, 'scripts/project/typescript.mjs')).href;
// The profiler is spoken to over a WebSocket, which Node 20 has behind a flag.
const options = ['--experimental-websocket', '--import', typescript];
await runCommand(process.execPath, [...options, join(projectRoot, 'test/bench/editorBench.ts')]);
