/** Python's own parser as the truth, where there is a Python. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

export type AstDefinition = {
  readonly name: string;
  readonly kind: string;
  /** From 1: with the decorators, up to the last statement. */
  readonly lines: readonly [number, number];
  /** Where `def` or `class` stands. */
  readonly header: number;
  readonly docstring: readonly [number, number] | null;
  /** Of the docstring, its indentation taken off. */
  readonly words: string | null;
};

export type Ast = {
  readonly definitions: readonly AstDefinition[];
  /** A hash of the whole tree without the docstrings that were named. */
  readonly rest: string;
};

export type AstRequest = { readonly text: string; readonly without?: string };

/** Whether python3 can be run, and is no older than what it is asked for. */
export const hasPython =
  spawnSync('python3', ['-c', 'import ast, sys; sys.exit(sys.version_info < (3, 8))']).status === 0;

export function readWithPython(requests: readonly AstRequest[]): Ast[] {
  const { stdout, stderr } = spawnSync('python3', [path.join(import.meta.dirname, 'pythonAst.py')], {
    input: JSON.stringify(requests),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (stdout === '') throw new Error(`Python could not read this: ${stderr}`);
  return JSON.parse(stdout) as Ast[];
}
