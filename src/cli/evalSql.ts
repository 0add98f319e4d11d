/** eval sql: questions over schemas, translated as in the editor and judged by SQLite. What is judged: evaluation/sql/. */
import { UserError } from '../base/userError.ts';
import type { DatabaseClient } from '../database/databaseClient.ts';
import { preparingWith, schemaOfTexts } from '../database/databaseSource.ts';
import { parseCases } from '../evaluation/sql/cases.ts';
import { evaluateSql, type AnswerSql, type Judged, type SqlReport } from '../evaluation/sql/evaluateSql.ts';
import { isUsable, translateQuestion, type TranslateOptions } from '../tasks/translateQuestion.ts';
import { MODEL_OPTION, RUN_OPTIONS, withModel, type Arguments, type Command } from './command.ts';
import { readText } from './score.ts';
import { partsWithout, withDatabase } from './tasks.ts';

const DEFAULT_CANDIDATES = 4;

/** What a translation can do without. */
const PARTS = ['mask', 'prepare', 'candidates'] as const;

export const evalSqlCommand: Command = {
  usage:
    '<cases.jsonl> [--answers] [--without mask,prepare,candidates] [--candidates n] [--model <folder>] [--threads n] [--device d]\n' +
    'A case is one line, {"schema","question","sql","setup"?}. --answers: every answer with its verdict, too.',
  summary: 'Translates questions to SQL and compares what the answers find with what was wanted.',
  nPositionals: 1,
  options: {
    ...MODEL_OPTION,
    ...RUN_OPTIONS,
    answers: { type: 'boolean' },
    without: { type: 'string' },
    candidates: { type: 'string' },
  },
  run: async (args) => {
    const file = args.positional(0, 'a file with cases');
    const cases = parseCases(await readText(file), file);
    const without = partsWithout(args, PARTS);
    const nCandidates = args.whole('candidates', { min: 1, max: 16 }) ?? DEFAULT_CANDIDATES;
    // SQLite is loaded when a database is made.
    const { openMemoryDatabase: open } = await import('../database/memoryDatabase.ts');
    const { report, judged } = await withDatabase((database) => {
      const options = {
        mask: !without.includes('mask'),
        candidates: without.includes('candidates') ? 1 : nCandidates,
        ...(!without.includes('prepare') && { prepare: preparingWith(database) }),
      };
      return withTranslator(args, options, database, (answer) =>
        evaluateSql(cases, answer, { open, nowMs: () => performance.now() }),
      );
    });
    const answers = args.flag('answers') ? judged.map(asData) : [];
    return {
      json: { ...rounded(report), ...(args.flag('answers') && { answers }) },
      text: [...answers.map((one) => JSON.stringify(one)), textOf(report)].join('\n'),
    };
  },
};

function withTranslator<T>(
  args: Arguments,
  options: TranslateOptions,
  database: DatabaseClient,
  use: (answer: AnswerSql) => Promise<T>,
): Promise<T> {
  return withModel(args, (client, model) =>
    use(async ({ schema: text, question }) => {
      const schema = await schemaOfTexts([text], database);
      try {
        const { candidates } = await translateQuestion({ question, schema }, options, model, (request) =>
          client.call('generate', request),
        );
        return candidates.find(isUsable)?.sql;
      } catch (error) {
        // One table alone may be more than the model reads.
        if (error instanceof UserError && error.code === 'too-long') return undefined;
        throw error;
      }
    }),
  );
}

function asData({ sqlCase: { question, sql }, answer, verdict }: Judged): unknown {
  return { question, sql, answer: answer ?? null, ...verdict };
}

/** Numbers as exact as they are worth. */
function rounded({ latencyMs: { p50, p95 }, ...report }: SqlReport): SqlReport {
  const exact = (value: number) => Math.round(value * 1e4) / 1e4;
  return {
    cases: report.cases,
    valid: exact(report.valid),
    namesExist: exact(report.namesExist),
    executionAccuracy: exact(report.executionAccuracy),
    constantBaseline: exact(report.constantBaseline),
    latencyMs: { p50: Math.round(p50), p95: Math.round(p95) },
    unanswered: report.unanswered,
    faults: report.faults,
  };
}

function textOf(report: SqlReport): string {
  const percent = (share: number) => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`);
  const { cases, valid, namesExist, executionAccuracy, constantBaseline, latencyMs, unanswered, faults } =
    report;
  return [
    `${cases} cases, ${unanswered} without an answer`,
    `${percent(valid)} prepare, ${percent(namesExist)} name only what exists`,
    `${percent(executionAccuracy)} find the reference's rows; reading the first table finds them for ${percent(constantBaseline)}`,
    ...(cases === 0 ? [] : [`${latencyMs.p50.toFixed(0)} ms an answer (p95 ${latencyMs.p95.toFixed(0)})`]),
    ...faults.map(({ question, reason }) => `not counted: "${question}": ${reason}`),
  ].join('\n');
}
