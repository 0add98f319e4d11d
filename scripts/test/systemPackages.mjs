// The programs from outside npm that the tests use: a browser for the editor tests, ripgrep for the editor's search.
import { findChromium } from '../project/chromium.mjs';
import { findOnPath } from '../project/findOnPath.mjs';
import { runCommand } from '../project/runCommand.mjs';

/** Installs what is missing where that is possible. What then is still missing shows in the steps that need it. */
export async function installSystemPackages(mayInstall) {
  const missing = [
    ...(findChromium() ? [] : ['chromium']),
    ...(findOnPath('rg', 'rg.exe') ? [] : ['ripgrep']),
  ];
  if (missing.length === 0) return undefined;

  const obstacle = reasonNotToInstall(mayInstall);
  if (obstacle) return { status: 'skipped', detail: `${missing.join(' and ')} missing, and ${obstacle}` };

  console.log(`Installing ${missing.join(' and ')} with apt-get (leave this out with --no-system)…`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-q'], { env, quiet: true });
  await runCommand('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], {
    env,
    quiet: true,
  });
  return undefined;
}

function reasonNotToInstall(mayInstall) {
  if (!mayInstall) return '--no-system was given';
  if (!findOnPath('apt-get')) return 'this is not Debian or Ubuntu, so install them yourself';
  if (process.getuid?.() !== 0) return 'only root may install them';
  return undefined;
}
