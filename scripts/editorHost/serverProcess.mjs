// The server as a process: started, waited for, and stopped with everything that it started.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** A server in a process group of its own, so that stopping reaches the extension hosts that it forks. */
export function launchServer(args, env, logFile) {
  const isGroup = process.platform !== 'win32';
  const child = spawn(process.execPath, args, { env, detached: isGroup, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output.text = (output.text + chunk).slice(-8000);
      appendFileSync(logFile, chunk);
    });
  }

  const exited = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  const kill = (signal) => {
    try {
      if (isGroup) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // It has ended already.
    }
  };
  const killAtOnce = () => kill('SIGKILL');
  process.once('exit', killAtOnce);

  const stop = async () => {
    kill('SIGTERM');
    const timer = setTimeout(killAtOnce, 3000);
    await exited;
    clearTimeout(timer);
    killAtOnce(); // what the server left behind in its group
    process.removeListener('exit', killAtOnce);
  };
  return { child, output, exited, stop };
}

/** Resolves to the port, once the server answers there. */
export function listening({ child, output, exited }, timeoutMs) {
  return new Promise((resolve, reject) => {
    const fail = (what) =>
      reject(new Error(`The VS Code server ${what}.\n${output.text.trim().slice(-2000)}`));
    const timer = setTimeout(() => fail(`did not listen within ${timeoutMs / 1000} s`), timeoutMs);

    child.stdout.on('data', () => {
      const port = /agent listening on (\d+)/.exec(output.text)?.[1];
      if (port) resolve(Number(port));
    });
    child.stderr.on('data', () => {
      if (output.text.includes('EADDRINUSE'))
        reject(new Error('The port is in use: choose another one, or 0 for any free one.'));
    });
    void exited.then(() => {
      clearTimeout(timer);
      fail('ended while it was starting');
    });
  });
}
