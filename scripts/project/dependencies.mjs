// Installs the project's own packages, when what is there is not what package-lock.json says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './paths.mjs';
import { runNpm } from './runCommand.mjs';

export async function installDependencies() {
  if (areInstalled()) return;
  console.log('Installing the packages that package-lock.json names (npm ci)…');
  await runNpm(['ci', '--no-audit', '--no-fund']);
}

/**
 * Compares what npm noted down in node_modules with the lock file, package by package. Time stamps would be
 * simpler, but a switch of branches and back touches the lock file without changing it.
 */
function areInstalled() {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages(join('node_modules', '.package-lock.json'));
  if (!installed) return false;

  return Object.entries(wanted).every(([path, entry]) => {
    // '' is the project itself; an optional package may be for another platform.
    return path === '' || entry.optional || installed[path]?.version === entry.version;
  });
}

function readPackages(lockFile) {
  try {
    return JSON.parse(readFileSync(join(projectRoot, lockFile), 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
