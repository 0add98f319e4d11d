// Runs a program and says how it ended. Nothing here goes through a shell, so paths need no quoting, except
// on Windows, whose `.cmd` files only a shell can start.
import { spawn } from 'node:child_process';
import { projectRoot } from './paths.mjs';

/** Nothing we run takes longer; what does, hangs. */
const halfAnHourMs = 30 * 60_000;

/**
 * Resolves when the program has ended well and rejects with one sentence when it has not.
 * Its output goes to ours, unless `quiet`: then it is the result, or part of the error.
 */
export function runCommand(
  command,
  args,
  { cwd = projectRoot, env = process.env, quiet = false, timeoutMs = halfAnHourMs } = {},
) {
  return new Promise((resolve, reject) => {
    const shell = command.toLowerCase().endsWith('.cmd');
    const words = [command, ...args].map((word) => (shell ? `"${word}"` : word));
    const child = spawn(words[0], words.slice(1), {
      cwd,
      env,
      shell,
      timeout: timeoutMs,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));

    child.once('error', (error) => reject(new Error(`${command} did not start: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const end = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      const sentence = `\`${[command, ...args].join(' ')}\` ${end}.`;
      reject(new Error(`${sentence}\n${output.trim().slice(-8000)}`.trim()));
    });
  });
}

/** npm as a program and its first arguments: the npm that started us where there is one, else the PATH's. */
export function npmCommand() {
  const { npm_execpath: cli } = process.env;
  if (cli?.endsWith('.js')) return [process.execPath, cli];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

export function runNpm(args, options) {
  const [command, ...first] = npmCommand();
  return runCommand(command, [...first, ...args], options);
}
