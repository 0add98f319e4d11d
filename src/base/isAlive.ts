import { hasCode } from './hasCode.ts';

/** Whether a process runs under this id. It may be another one than was meant: ids are used again. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return hasCode(error, 'EPERM');
  }
}
