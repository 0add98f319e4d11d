/** sql: the task of the editor, from a terminal. */
import path from 'node:path';
import { spell } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { DatabaseClient } from '../database/databaseClient.ts';
import { preparingWith, schemaOfTexts } from '../database/databaseSource.ts';
import type { Schema } from '../model/databaseSchema.ts';
import { schemaProblem } from '../model/schemaProblem.ts';
import { isUsable, translateQuestion } from '../tasks/translateQuestion.ts';
import { DIST, MODEL_OPTION, RUN_OPTIONS, withModel, type Arguments, type Command } from './command.ts';
import { readText } from './score.ts';

export const sqlCommand: Command = {
  usage:
    '--schema <file.sql | database> "<question>" [--without mask,prepare] [--candidates n] [--model <folder>] [--threads n] [--device d]\n' +
    '--candidates: answers to choose from, 4 if absent; --without: what to do without, to compare: the grammar that binds\n' +
    'the model to the tables (mask), preparing each answer in SQLite (prepare).',
  summary: 'Turns a question into SQL over the tables of a file.',
  nPositionals: 1,
  options: {
    ...{ ...MODEL_OPTION, ...RUN_OPTIONS },
    ...{ schema: { type: 'string' }, without: { type: 'string' }, candidates: { type: 'string' } },
  },
  run: async (args) => {
    const question = args.positional(0, 'a question');
    const { candidates, nTablesLeftOut } = await withDatabase(async (database) => {
      const schema = await readSchema(args, database);
      const problem = schema.tables.length > 0 ? schemaProblem(schema) : undefined;
      if (problem !== undefined) process.stderr.write(`${spell(problem)}\n`);
      const without = partsWithout(args, ['mask', 'prepare']);
      const options = {
        mask: !without.includes('mask'),
        candidates: args.whole('candidates', { min: 1, max: 16 }) ?? 4,
        ...(!without.includes('prepare') && { prepare: preparingWith(database) }),
      };
      return withModel(args, (client, model) =>
        translateQuestion({ question, schema }, options, model, (request) =>
          client.call('generate', request),
        ),
      );
    });
    const sql = candidates.find(isUsable)?.sql;
    if (sql === undefined)
      throw new UserError('bad-argument', 'No answer was usable SQL. Put the question in other words.');
    return { json: { sql, candidates, nTablesLeftOut }, text: sql };
  },
};

/** What --without names, of what can be done without. */
export function partsWithout<T extends string>(args: Arguments, parts: readonly T[]): T[] {
  const names = args.text('without')?.split(',') ?? [];
  return names.map((name) => {
    const part = parts.find((known) => known === name.trim());
    if (part !== undefined) return part;
    throw new UserError('bad-argument', `--without names "${name}"; it can name ${parts.join(', ')}.`);
  });
}

/** Of a database, or of the statements in a file. */
async function readSchema(args: Arguments, database: DatabaseClient): Promise<Schema> {
  const file = args.text('schema');
  if (file === undefined) {
    throw new UserError(
      'bad-argument',
      'Name a database, or a file with CREATE TABLE statements, with --schema.',
    );
  }
  return /\.(?:db|sqlite3?)$/i.test(file)
    ? database.call('readSchema', { file })
    : schemaOfTexts([await readText(file)], database);
}

export async function withDatabase<T>(use: (database: DatabaseClient) => Promise<T>): Promise<T> {
  const database = new DatabaseClient(path.join(DIST, 'database.js'));
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}
