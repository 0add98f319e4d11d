// Builds the extension and packs it for every platform, or for one: out/gptj-code-<target>-<version>.vsix.
//   npm run package [-- --target linux-x64]
import { readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stagePackage } from './package/stage.mjs';
import { nativeFolderOf, targets } from './package/targets.mjs';
import { readOptions } from './project/options.mjs';
import { outFolder, projectRoot } from './project/paths.mjs';
import { runCommand, runNpm } from './project/runCommand.mjs';

const { target: only } = readOptions({ target: { type: 'string' } });

try {
  const wanted = only === undefined ? targets : [only];
  wanted.forEach(nativeFolderOf); // an unknown one is refused before the work, not after it
  await runNpm(['run', '--silent', 'build']);
  for (const target of wanted) {
    const vsix = await makePackage(target);
    console.log(`${relative(projectRoot, vsix)}  ${(statSync(vsix).size / 1e6).toFixed(1)} MB`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function makePackage(target) {
  const stage = stagePackage(target);
  const { name, version } = JSON.parse(readFileSync(join(stage, 'package.json'), 'utf8'));
  const vsix = join(outFolder, `${name}-${target}-${version}.vsix`);
  const vsce = join(projectRoot, 'node_modules/@vscode/vsce/vsce');
  const flags = [
    ...(target === 'universal' ? [] : ['--target', target]),
    ...['--out', vsix, '--allow-missing-repository', '--no-rewrite-relative-links'],
  ];
  // It tells of newer versions of itself and lists every file, which is of interest only when it fails.
  await runCommand(process.execPath, [vsce, 'package', ...flags], { cwd: stage, quiet: true });
  return vsix;
}
