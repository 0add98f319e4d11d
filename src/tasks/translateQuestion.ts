/**
 * A question over a schema → SQL. Several answers are asked for, each under the grammar of SQL over the schema; those
 * that a real database prepares come first, the most likely at the front. Each mechanism can be switched off.
 */
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { tableSql, type Schema, type Table } from '../model/databaseSchema.ts';
import {
  GREEDY,
  type Constraint,
  type Generated,
  type GenerateRequest,
  type ModelSummary,
  type Sampling,
} from '../model/generation.ts';
import { fillTemplate, type SqlPrompt } from '../model/prompts.ts';
import { schemaProblem } from '../model/schemaProblem.ts';

const MAX_TOKENS = 160;
const STATEMENT_END = ';';

/** What answers beside the greedy one are drawn with: far enough from it to be different, near enough to be sane. */
const TEMPERATURE = 0.7;
const TOP_P = 0.95;

/** So many more are drawn where no answer is of use: a model that has lost its way finds no end. */
const LAST_TRIES = 4;

export type SqlQuestion = { readonly question: string; readonly schema: Schema };

/** What a database says to a statement. */
export type Preparing = (
  sql: string,
  schema: Schema,
) => Promise<
  { readonly kind: 'prepared' | 'unknown' } | { readonly kind: 'refused'; readonly problem: string }
>;

export type TranslateOptions = {
  /** Nothing can be written that is not SQL over the schema. */
  readonly mask: boolean;
  /** How many answers are asked for: the greedy one, and others that are drawn. */
  readonly candidates: number;
  /** Absent: statements are taken as they are. */
  readonly prepare?: Preparing;
};

export type Candidate = {
  /** With its semicolon; as far as it came, where it is unfinished. */
  readonly sql: string;
  /** Of its tokens, natural logarithm: what the candidates are ordered by. */
  readonly meanLogProbability: number;
  /** `unknown`: nothing has tried to prepare it. */
  readonly fate: 'prepared' | 'unknown' | 'refused' | 'unfinished';
  /** What the database says where it refuses. */
  readonly problem?: string;
  readonly isGreedy: boolean;
};

export type Translation = {
  /** Usable ones first, the most likely at the front; each text once. */
  readonly candidates: readonly Candidate[];
  /** Tables that did not fit the model's window beside the others. */
  readonly nTablesLeftOut: number;
};

export type Generate = (request: GenerateRequest) => Promise<Generated>;

export async function translateQuestion(
  { question, schema }: SqlQuestion,
  options: TranslateOptions,
  { name, prompts }: Pick<ModelSummary, 'name' | 'prompts'>,
  generate: Generate,
): Promise<Translation> {
  const prompt = prompts.sql;
  if (prompt === undefined)
    throw new UserError('bad-model', say`${name} was not made to write SQL. Pick another model.`);
  if (question.trim() === '')
    throw new UserError('bad-argument', 'The comment is empty. Write what you want to know.');
  if (schema.tables.length === 0) {
    throw new UserError(
      'bad-argument',
      schemaProblem(schema) ??
        say`There is no table to go by. Write CREATE TABLE statements above the comment, or pick a database.`,
    );
  }
  const first = await askWithFitting({ question, schema }, prompt, options, generate);
  const candidates: Candidate[] = [
    { ...(await judge(first.generated, schema, options.prepare)), isGreedy: true },
  ];
  // Where nothing is of use, it is worth the time to go on for a while.
  const isWorthMore = (drawn: number) =>
    drawn < options.candidates + (options.mask && !candidates.some(isUsable) ? LAST_TRIES : 0);
  for (let seed = 1; isWorthMore(seed); seed++) {
    const sampling: Sampling = { kind: 'random', temperature: TEMPERATURE, topP: TOP_P, seed };
    const generated = await generate({ ...first.request, sampling });
    const candidate = { ...(await judge(generated, schema, options.prepare)), isGreedy: false };
    if (candidates.every(({ sql }) => sql !== candidate.sql)) candidates.push(candidate);
  }
  return { candidates: ordered(candidates), nTablesLeftOut: schema.tables.length - first.nTables };
}

/** Usable: it may be shown. */
export function isUsable({ fate }: Candidate): boolean {
  return fate === 'prepared' || fate === 'unknown';
}

type Asked = { readonly request: GenerateRequest; readonly generated: Generated; readonly nTables: number };

/** With as many tables as fit the model's window. */
async function askWithFitting(
  { question, schema }: SqlQuestion,
  prompt: SqlPrompt,
  { mask }: TranslateOptions,
  generate: Generate,
): Promise<Asked> {
  let tooLong: unknown;
  for (const tables of shrinkingSchemas(schema.tables, question)) {
    const request = sqlRequest(question, tables, prompt);
    const constraint = constraintOf(question, { dialect: schema.dialect, tables });
    const asked = mask ? { ...request, stop: [], constraint } : request;
    try {
      return { request: asked, generated: await generate(asked), nTables: tables.length };
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'too-long') throw error;
      tooLong = error;
    }
  }
  throw tooLong;
}

/** Of the statements that make the tables, the constants are all that the grammar needs. */
function constraintOf(question: string, schema: Schema): Constraint {
  const texts = schema.tables.flatMap(({ sql = '' }) => [...sql.matchAll(/'((?:[^']|'')*)'/g)]);
  return {
    kind: 'sql',
    schema: { ...schema, tables: schema.tables.map(withoutText) },
    question,
    knownTexts: [...new Set(texts.map(([, text = '']) => text.replaceAll("''", "'")))],
  };
}

function withoutText({ name, columns, foreignKeys }: Table): Table {
  return { name, columns, foreignKeys };
}

function sqlRequest(question: string, tables: readonly Table[], prompt: SqlPrompt): GenerateRequest {
  return {
    prompt: {
      kind: 'text',
      body: fillTemplate(prompt.template, {
        schema: tables.map(tableSql).join('\n\n'),
        question: oneLine(question),
      }),
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

async function judge(
  { text, stopReason, logProbabilities }: Generated,
  schema: Schema,
  prepare: Preparing | undefined,
): Promise<Omit<Candidate, 'isGreedy'>> {
  const statement = text.trim();
  const meanLogProbability =
    logProbabilities.reduce((sum, one) => sum + one, 0) / Math.max(1, logProbabilities.length);
  const isWhole = statement.endsWith(STATEMENT_END) || stopReason === 'rule' || stopReason === 'end-of-text';
  if (statement === '' || !isWhole) return { sql: statement, meanLogProbability, fate: 'unfinished' };
  const sql = statement.endsWith(STATEMENT_END) ? statement : `${statement}${STATEMENT_END}`;
  const said = await prepare?.(sql, schema);
  const problem = said?.kind === 'refused' ? said.problem : undefined;
  const fate = said?.kind ?? 'unknown';
  return { sql, meanLogProbability, fate, ...(problem !== undefined && { problem }) };
}

function ordered(candidates: readonly Candidate[]): readonly Candidate[] {
  const rank = (candidate: Candidate) => (isUsable(candidate) ? 0 : 1);
  return candidates.toSorted((a, b) => rank(a) - rank(b) || b.meanLogProbability - a.meanLogProbability);
}

/**
 * The tables that fewer prompts would hold: all, then without the one that shares least with the question, and so
 * on. The order of the schema is kept.
 */
export function* shrinkingSchemas(tables: readonly Table[], question: string): Generator<readonly Table[]> {
  const wanted = new Set(words(question));
  const overlaps = tables.map((table) => words(tableSql(table)).filter((word) => wanted.has(word)).length);
  // Least overlap first; of equals, the last of the schema first.
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
