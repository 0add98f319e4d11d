/** Runs the built command line as a process of its own. */
import { execFile } from 'node:child_process';
import path from 'node:path';

export const CLI = path.resolve(import.meta.dirname, '../../dist/cli.js');

export type CliResult = { readonly status: number; readonly stdout: string; readonly stderr: string };

export async function runCli(args: readonly string[], stdin = ''): Promise<CliResult> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, ...args], { maxBuffer: 1e8 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
    child.stdin?.end(stdin);
  });
}

/** The JSON object that a command prints with --json. */
export async function runCliJson<T>(args: readonly string[], stdin = ''): Promise<T> {
  const { status, stdout, stderr } = await runCli([...args, '--json'], stdin);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}
