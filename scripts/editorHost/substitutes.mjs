// Plain JavaScript in place of two native modules of the VS Code server, so that no compiler is needed to install it.
// All other native modules are optional there, or come ready-made from npm.
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from '../project/findOnPath.mjs';

/** It ends an extension host whose parent has hung. The host also looks for its parent once a second without it. */
const watchdog = 'exports.start = () => {};\n';

/** The logger, as much of it as the server and the extension host call. */
const logger = `
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];

class FileLogger {
  constructor(path) {
    this.path = path;
    this.level = levels.indexOf('info');
    this.format = (level, message) =>
      new Date().toISOString().replace('T', ' ').replace('Z', '') + ' [' + levels[level] + '] ' + message + '\\n';
    mkdirSync(dirname(path), { recursive: true });
  }

  write(level, message) {
    if (level < this.level) return;
    try {
      appendFileSync(this.path, this.format(level, message));
    } catch {
      // A log that cannot be written must not stop the editor.
    }
  }

  trace(message) { this.write(0, message); }
  debug(message) { this.write(1, message); }
  info(message) { this.write(2, message); }
  warn(message) { this.write(3, message); }
  error(message) { this.write(4, message); }
  critical(message) { this.write(5, message); }

  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  clearFormatters() { this.format = (_level, message) => message; }
  setPattern() {}
  flush() {}
  drop() {}
}

const create = async (_name, path) => new FileLogger(path);
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
`;

export function substituteNativeModules(vscodeFolder) {
  const modules = join(vscodeFolder, 'node_modules');

  for (const name of ['native-watchdog', '@vscode/native-watchdog']) {
    if (existsSync(join(modules, name))) writeFileSync(join(modules, name, 'index.js'), watchdog);
  }
  writeFileSync(join(modules, '@vscode/spdlog/index.js'), logger);
}

/** What points at other places, made anew where it is missing: a link may have to follow a folder that was renamed. */
export function linkWhatIsElsewhere(vscodeFolder) {
  // Extensions look for some modules under this name, which desktop builds use for an archive.
  link('node_modules', join(vscodeFolder, 'node_modules.asar'));
  linkRipgrep(vscodeFolder);
}

/** Search across files runs ripgrep, which npm's package would download. Without it only that search is missing. */
function linkRipgrep(vscodeFolder) {
  const ripgrep = findOnPath('rg');
  if (!ripgrep) return;
  const folder = join(vscodeFolder, 'node_modules/@vscode/ripgrep/bin');
  mkdirSync(folder, { recursive: true });
  link(ripgrep, join(folder, process.platform === 'win32' ? 'rg.exe' : 'rg'));
}

function link(target, path) {
  if (existsSync(path)) return;
  rmSync(path, { force: true }); // a link that leads nowhere does not exist, and is in the way
  symlinkSync(target, path, target === 'node_modules' ? 'junction' : 'file');
}
