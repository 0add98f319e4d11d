/** Processes of this machine, looked at through /proc: the extension host, and what it has started. */
import { readdirSync, readFileSync } from 'node:fs';

/** The extension host that was started last. */
export function extensionHostPid(): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return Math.max(...pids.map(Number).filter((pid) => commandLineOf(pid).includes('type=extensionHost')));
}

/** Everything that is mapped into its memory. */
export function nativeLibrariesOf(pid = extensionHostPid()): string {
  return readFileSync(`/proc/${pid}/maps`, 'utf8');
}

/** '' where there is no such process. */
export function commandLineOf(pid: number): string {
  return contentOf(`/proc/${pid}/cmdline`) ?? '';
}

/** undefined where there is no such process. */
export function parentOf(pid: number): number | undefined {
  const parent = /^PPid:\s+(\d+)/m.exec(contentOf(`/proc/${pid}/status`) ?? '')?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // it has ended meanwhile
  }
}
