/** What is told of statements that make tables and do not parse. */
import { say, type Sentence } from '../base/sentence.ts';
import type { Schema } from './databaseSchema.ts';

/** One sentence on all of them; undefined where every statement parses. */
export function schemaProblem({ problems = [] }: Schema): Sentence | undefined {
  const [first] = problems;
  if (first === undefined) return undefined;
  const { statement, problem } = first;
  return problems.length === 1
    ? say`"${statement}" does not parse (${problem}), so that its table may be missing or incomplete. Correct the statement. In the editor, "gptj.sqlDialect" can name another dialect.`
    : say`${problems.length} statements do not parse, so that their tables may be missing or incomplete. Correct them. In the editor, "gptj.sqlDialect" can name another dialect. The first is "${statement}" (${problem}).`;
}
