// Opens the extension in the desktop's own VS Code, where there is one that is new enough.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from '../project/findOnPath.mjs';
import { projectRoot } from '../project/paths.mjs';
import { runCommand } from '../project/runCommand.mjs';

/** Resolves to whether it was opened there; if not, it has said why. */
export async function openInDesktopCode(workspaceFolder) {
  const code = findOnPath('code');
  if (!code) return false;
  try {
    const [version] = (await runCommand(code, ['--version'], { quiet: true, timeoutMs: 20_000 })).split('\n');
    const least = leastVersion();
    if (isOlder(version, least)) {
      console.log(`The VS Code on the PATH is ${version}; the extension needs ${least} or newer.`);
      return false;
    }
    const flags = [`--extensionDevelopmentPath=${projectRoot}`, '--new-window', workspaceFolder];
    await runCommand(code, flags, { quiet: true, timeoutMs: 60_000 });
    return true;
  } catch (error) {
    console.log(`The VS Code on the PATH could not be used: ${error.message}`);
    return false;
  }
}

/** From package.json's `^1.100.0`. */
function leastVersion() {
  return JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')).engines.vscode.replace('^', '');
}

function isOlder(version, least) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = least.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
