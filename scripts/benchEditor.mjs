// Measures the packaged extension in a real VS Code: `npm run bench:editor`. The last line is one JSON object.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './project/paths.mjs';
import { runCommand, runNpm } from './project/runCommand.mjs';

if (process.platform !== 'linux') {
  console.error('The editor benchmark reads /proc, so it runs on Linux only.');
  process.exit(1);
}
await runNpm(['run', '--silent', 'package']);
const typescript = pathToFileURL(join(projectRoot, 'scripts/project/typescript.mjs')).href;
await runCommand(process.execPath, ['--import', typescript, join(projectRoot, 'test/bench/editorBench.ts')]);
