/** The extension host that was started last on this machine, looked at through /proc. */
import { readdirSync, readFileSync } from 'node:fs';

export function extensionHostPid(): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return Math.max(...pids.filter((pid) => commandLine(pid).includes('type=extensionHost')).map(Number));
}

/** Everything that is mapped into its memory. */
export function nativeLibrariesOf(pid = extensionHostPid()): string {
  return readFileSync(`/proc/${pid}/maps`, 'utf8');
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}
