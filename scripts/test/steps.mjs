// What `npm test` does, in order. `needs` names the steps that must have passed before; `isCheck` marks those that
// only read, so that neighbours may run at the same time. A step that resolves to nothing has passed.
import { installEditorHost } from '../editorHost/install.mjs';
import { targets } from '../package/targets.mjs';
import { findChromium } from '../project/chromium.mjs';
import { installDependencies } from '../project/dependencies.mjs';
import { thisTarget } from '../project/paths.mjs';
import { runNpm } from '../project/runCommand.mjs';
import { installSystemPackages } from './systemPackages.mjs';
import { runVitestProject } from './vitestProject.mjs';

export function testSteps({ mayInstallSystemPackages }) {
  return [
    { name: 'dependencies', run: installDependencies, needs: [] },
    { name: 'system packages', run: () => installSystemPackages(mayInstallSystemPackages) },
    { name: 'editor host', run: async () => void (await installEditorHost()) },
    check('typecheck', 'typecheck'),
    check('lint', 'lint'),
    check('format', 'format:check'),
    check('texts', 'l10n', ['--', '--check']),
    check('notices', 'notices', ['--', '--check']),
    { name: 'build', run: () => runScript('build') },
    { name: 'unit tests', run: () => runVitestProject('unit') },
    { name: 'integration tests', run: () => runVitestProject('integration'), needs: ['build'] },
    { name: 'package', run: makePackage, needs: ['build'] },
    { name: 'package tests', run: () => runVitestProject('package'), needs: ['package'] },
    { name: 'editor tests', run: runEditorTests, needs: ['package', 'editor host'] },
  ].map((step) => ({ needs: ['dependencies'], ...step }));
}

async function runScript(name, args = [], options = {}) {
  await runNpm(['run', '--silent', name, ...args], options);
}

/** Its output is kept back until it ends, so that checks which run together do not mix theirs. */
function check(name, script, args = []) {
  return { name, isCheck: true, run: () => runScript(script, args, { quiet: true }) };
}

function makePackage() {
  if (targets.includes(thisTarget)) return runScript('package');
  return { status: 'skipped', detail: `ONNX Runtime has no native files for ${thisTarget}` };
}

function runEditorTests() {
  if (findChromium()) return runVitestProject('editor');
  return {
    status: 'skipped',
    detail: 'no chromium was found: install it, or set CHROMIUM_PATH to a browser',
  };
}
