// Sets up whatever is missing, then checks and tests everything.
//   npm test [-- --no-system] [-- --no-skip]
// --no-system installs nothing with apt-get; --no-skip makes a failure of whatever this machine cannot do.
import './project/requireNode.mjs';
import { readOptions } from './project/options.mjs';
import { report } from './test/report.mjs';
import { runSteps } from './test/runSteps.mjs';
import { testSteps } from './test/steps.mjs';

const options = readOptions({ 'no-system': { type: 'boolean' }, 'no-skip': { type: 'boolean' } });

const results = await runSteps(testSteps({ mayInstallSystemPackages: !options['no-system'] }));
process.exitCode = report(results, { maySkip: !options['no-skip'] }) ? 0 : 1;
