// Installs a real VS Code without downloading one: the npm package `code-server` holds VS Code's server, its web
// workbench and its extension host. Only that part is installed; code-server's own wrapper is left out.
//   node scripts/editorHost/install.mjs
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOnPath } from '../project/findOnPath.mjs';
import { runCommand, runNpm } from '../project/runCommand.mjs';
import { linkWhatIsElsewhere, substituteNativeModules } from './substitutes.mjs';
import { hostFolder, hostVersion } from './version.mjs';

const npmInstall = [
  'install',
  '--ignore-scripts',
  '--omit=dev',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

/**
 * Resolves to the folder of the VS Code server. A finished installation is left alone. A new one is made beside its
 * place and renamed at the end, so that an interrupted one is never taken for complete.
 */
export async function installEditorHost({
  folder = hostFolder,
  version = hostVersion,
  log = console.log,
} = {}) {
  if (!existsSync(folder)) {
    log(`Installing VS Code ${version.replace(/^4/, '1')} (npm's code-server ${version}) into ${folder}…`);
    const partial = `${folder}.partial-${process.pid}`;
    mkdirSync(partial, { recursive: true });
    try {
      await fillFolder(partial, version);
      putInPlace(partial, folder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  const vscodeFolder = join(folder, 'vscode');
  linkWhatIsElsewhere(vscodeFolder); // each time: ripgrep may have been installed since
  return vscodeFolder;
}

async function fillFolder(partial, version) {
  await runNpm(['pack', `code-server@${version}`, '--silent', '--pack-destination', partial], {
    quiet: true,
  });
  const archive = readdirSync(partial).find((name) => name.endsWith('.tgz'));
  if (!archive)
    throw new Error(`npm packed no archive of code-server ${version}: check that this version exists.`);

  // Its own tar is on every system, Windows 10 included. Source maps are half of the files' size.
  const tar = findOnPath('tar') ?? 'tar';
  await runCommand(tar, ['-xzf', archive, '--exclude=*.map', 'package/lib/vscode'], {
    cwd: partial,
    quiet: true,
  });
  rmSync(join(partial, archive));

  const vscodeFolder = join(partial, 'vscode');
  renameSync(join(partial, 'package/lib/vscode'), vscodeFolder);
  rmSync(join(partial, 'package'), { recursive: true });

  // `npm ci` refuses its lock file, which does not match its package.json; `npm install` follows it all the same.
  await runNpm(npmInstall, { cwd: vscodeFolder, quiet: true });
  await runNpm(npmInstall, { cwd: join(vscodeFolder, 'extensions'), quiet: true }); // TypeScript, for .ts and .js files
  substituteNativeModules(vscodeFolder);
}

function putInPlace(partial, folder) {
  mkdirSync(dirname(folder), { recursive: true });
  try {
    renameSync(partial, folder);
  } catch (error) {
    // Another process was faster; its installation is as good as ours.
    if (!existsSync(folder)) throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await installEditorHost());
