/** sql: the task of the editor, from a terminal. */
import { UserError } from '../base/userError.ts';
import { createTableStatements } from '../sql/schema.ts';
import { commentToSql } from '../tasks/commentToSql.ts';
import { MODEL_OPTION, RUN_OPTIONS, withModel, type Command } from './command.ts';
import { readText } from './score.ts';

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
