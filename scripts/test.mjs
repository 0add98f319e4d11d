// Sets up whatever is missing, then checks and tests everything.
//   npm test [-- --no-system] [-- --no-skip]
// --no-system installs nothing with apt-get; --no-skip makes a failure of whatever this machine cannot do.
import './project/requireNode.mjs';
import { parseArgs } from 'node:util';
import { report } from './test/report.mjs';
import { runSteps } from './test/runSteps.mjs';
import { testSteps } from './test/steps.mjs';

const { values } = parseArgs({
  options: { 'no-system': { type: 'boolean' }, 'no-skip': { type: 'boolean' } },
});

const results = await runSteps(testSteps({ mayInstallSystemPackages: !values['no-system'] }));
process.exitCode = report(results, { maySkip: !values['no-skip'] }) ? 0 : 1;
