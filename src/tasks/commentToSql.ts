/** A comment, under a schema → one SQL statement. */
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { GREEDY, type Generated, type GenerateRequest, type ModelSummary } from '../model/generation.ts';
import { fillTemplate, type SqlPrompt } from '../model/prompts.ts';

const MAX_TOKENS = 160;
const STATEMENT_END = ';';

export type SqlQuestion = {
  readonly question: string;
  /** `CREATE TABLE` statements. */
  readonly tables: readonly string[];
};

export type SqlAnswer = {
  readonly sql: string;
  /** Tables that did not fit the model's window beside the others. */
  readonly nTablesLeftOut: number;
};

/** Where not all tables fit, those that share least with the question are left out, one by one. */
export async function commentToSql(
  { question, tables }: SqlQuestion,
  { name, prompts }: Pick<ModelSummary, 'name' | 'prompts'>,
  generate: (request: GenerateRequest) => Promise<Generated>,
): Promise<SqlAnswer> {
  const prompt = prompts.sql;
  if (prompt === undefined)
    throw new UserError('bad-model', say`${name} was not made to write SQL. Pick another model.`);
  if (question.trim() === '')
    throw new UserError('bad-argument', 'The comment is empty. Write what you want to know.');
  if (tables.length === 0) {
    throw new UserError(
      'bad-argument',
      'There is no CREATE TABLE statement to go by. Put the schema above the comment.',
    );
  }
  let tooLong: unknown;
  for (const kept of shrinkingSchemas(tables, question)) {
    try {
      const sql = readStatement(await generate(sqlRequest(question, kept, prompt)));
      return { sql, nTablesLeftOut: tables.length - kept.length };
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'too-long') throw error;
      tooLong = error;
    }
  }
  throw tooLong;
}

/** @param tables `CREATE TABLE` statements, in the order of the file */
export function sqlRequest(question: string, tables: readonly string[], prompt: SqlPrompt): GenerateRequest {
  return {
    prompt: {
      kind: 'text',
      body: fillTemplate(prompt.template, { schema: tables.join('\n\n'), question: oneLine(question) }),
      after: '',
      cut: 'never',
      heal: false,
    },
    maxTokens: MAX_TOKENS,
    sampling: GREEDY,
    stop: [
      { kind: 'behind', text: STATEMENT_END },
      { kind: 'before', text: '\n\n' },
      { kind: 'before', text: '\n--' },
    ],
    priority: 'task',
  };
}

/** The statement, with its semicolon. Fails where the model did not come to an end. */
export function readStatement({ text, stopReason }: Generated): string {
  const statement = text.trim();
  if (statement === '')
    throw new UserError('internal', 'The model had no answer. Put the question in other words.');
  if (statement.endsWith(STATEMENT_END)) return statement;
  if (stopReason === 'length' || stopReason === 'window') {
    throw new UserError(
      'internal',
      'The model found no end to its answer. Put the question in simpler words.',
    );
  }
  return `${statement}${STATEMENT_END}`;
}

/**
 * The tables that fewer prompts would hold: all, then without the one that shares least with the question, and so
 * on. The order of the file is kept.
 */
export function* shrinkingSchemas(tables: readonly string[], question: string): Generator<readonly string[]> {
  const wanted = new Set(words(question));
  const overlaps = tables.map((table) => words(table).filter((word) => wanted.has(word)).length);
  // Least overlap first; of equals, the last of the file first.
  const order = [...tables.keys()].sort((a, b) => (overlaps[a] ?? 0) - (overlaps[b] ?? 0) || b - a);
  for (let nDropped = 0; nDropped < tables.length; nDropped++) {
    const dropped = new Set(order.slice(0, nDropped));
    yield tables.filter((_, index) => !dropped.has(index));
  }
}

function words(text: string): string[] {
  // A plural and its singular count as the same word: "customers" asks for the table "customer".
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.replace(/s$/, ''));
}

function oneLine(question: string): string {
  return question.replace(/\s+/g, ' ').trim();
}
