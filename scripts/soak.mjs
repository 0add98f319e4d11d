// Ten thousand requests with random cancellations: `npm run soak`. The last line is one JSON object.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './project/paths.mjs';
import { runCommand, runNpm } from './project/runCommand.mjs';

await runNpm(['run', '--silent', 'build']);
const typescript = pathToFileURL(join(projectRoot, 'scripts/project/typescript.mjs')).href;
const soak = join(projectRoot, 'test/bench/soak.ts');
await runCommand(process.execPath, ['--import', typescript, soak, ...process.argv.slice(2)]);
