// Measures downloads from the hub beside curl's, over loopback: `npm run bench:download`. The last line is one JSON object.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './project/paths.mjs';
import { runCommand, runNpm } from './project/runCommand.mjs';

await runNpm(['run', '--silent', 'build']);
const typescript = pathToFileURL(join(projectRoot, 'scripts/project/typescript.mjs')).href;
const bench = join(projectRoot, 'test/bench/downloadBench.ts');
await runCommand(process.execPath, ['--import', typescript, bench, ...process.argv.slice(2)]);
