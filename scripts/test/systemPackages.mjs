// What the tests use from outside npm: a browser for the editor tests, ripgrep for the editor's search, and the loader
// of Vulkan drivers, through which the runtime finds the software GPU that comes with chromium.
import { existsSync } from 'node:fs';
import { findChromium } from '../project/chromium.mjs';
import { findOnPath } from '../project/findOnPath.mjs';
import { runCommand } from '../project/runCommand.mjs';

/** Installs what is missing where that is possible. What then is still missing shows in the steps that need it. */
export async function installSystemPackages(mayInstall) {
  const missing = [
    ...(findChromium() ? [] : ['chromium']),
    ...(findOnPath('rg', 'rg.exe') ? [] : ['ripgrep']),
    ...(hasVulkanLoader() ? [] : ['libvulkan1']),
  ];
  if (missing.length === 0) return undefined;

  const obstacle = reasonNotToInstall(mayInstall);
  if (obstacle) return { status: 'skipped', detail: `${missing.join(', ')} missing, and ${obstacle}` };

  console.log(`Installing ${missing.join(', ')} with apt-get (leave this out with --no-system)…`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-q'], { env, quiet: true });
  await runCommand('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], {
    env,
    quiet: true,
  });
  return undefined;
}

/** Elsewhere than on Linux, a software GPU is not looked for. */
function hasVulkanLoader() {
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const folders = [`/usr/lib/${triplet}`, '/usr/lib64', '/usr/lib'];
  return process.platform !== 'linux' || folders.some((folder) => existsSync(`${folder}/libvulkan.so.1`));
}

function reasonNotToInstall(mayInstall) {
  if (!mayInstall) return '--no-system was given';
  if (!findOnPath('apt-get')) return 'this is not Debian or Ubuntu, so install them yourself';
  if (process.getuid?.() !== 0) return 'only root may install them';
  return undefined;
}
