/** explain and sql: the tasks of the editor, from a terminal. */
import { UserError } from '../base/userError.ts';
import { createTableStatements } from '../sql/schema.ts';
import { commentToSql } from '../tasks/commentToSql.ts';
import { explain } from '../tasks/explain.ts';
import { MODEL_OPTION, RUN_OPTIONS, withModel, type Command } from './command.ts';
import { readText } from './score.ts';

export const explainCommand: Command = {
  usage: '<file> [--lines a-b] [--model <folder>] [--threads n] [--device d]',
  summary: 'Explains Python in a sentence.',
  nPositionals: 1,
  options: { ...MODEL_OPTION, ...RUN_OPTIONS, lines: { type: 'string' } },
  run: async (args) => {
    const content = await readText(args.positional(0, 'a file'));
    const code = pickLines(content, args.text('lines'));
    const { text, cutTokens } = await withModel(args, (client, model) =>
      explain(code, model, (request) => client.call('generate', request)),
    );
    if (cutTokens > 0)
      process.stderr.write(
        `The code was longer than the model reads: its last ${cutTokens} tokens were left out.\n`,
      );
    return { json: { text }, text };
  },
};

export const sqlCommand: Command = {
  usage: '--schema <file.sql> "<question>" [--model <folder>] [--threads n] [--device d]',
  summary: 'Turns a question into SQL over the tables of a file.',
  nPositionals: 1,
  options: { ...MODEL_OPTION, ...RUN_OPTIONS, schema: { type: 'string' } },
  run: async (args) => {
    const file = args.text('schema');
    if (file === undefined)
      throw new UserError('bad-argument', 'Name the file with the CREATE TABLE statements with --schema.');
    const tables = createTableStatements(await readText(file));
    const question = args.positional(0, 'a question');
    const { sql } = await withModel(args, (client, model) =>
      commentToSql({ question, tables }, model, (request) => client.call('generate', request)),
    );
    return { json: { sql }, text: sql };
  },
};

/** Lines `a` to `b`, from 1, both included. */
function pickLines(content: string, range: string | undefined): string {
  if (range === undefined) return content;
  const [, first, last] = /^(\d+)-(\d+)$/.exec(range) ?? [];
  const lines = content.split('\n');
  if (
    first === undefined ||
    last === undefined ||
    Number(first) < 1 ||
    Number(first) > Number(last) ||
    Number(first) > lines.length
  ) {
    throw new UserError(
      'bad-argument',
      `--lines is "${range}"; it must be like 3-10, within the file's ${lines.length} lines.`,
    );
  }
  return lines.slice(Number(first) - 1, Number(last)).join('\n');
}
