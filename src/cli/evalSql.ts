/** eval sql: questions over schemas, translated as in the editor and judged by SQLite. What is judged: evaluation/sql/. */
import { UserError } from '../base/userError.ts';
import { parseCases, type SqlCase } from '../evaluation/sql/cases.ts';
import { evaluateSql, type AnswerSql, type Judged, type SqlReport } from '../evaluation/sql/evaluateSql.ts';
import { createTableStatements } from '../sql/schema.ts';
import { commentToSql } from '../tasks/commentToSql.ts';
import { MODEL_OPTION, RUN_OPTIONS, withModel, type Arguments, type Command } from './command.ts';
import { readText } from './score.ts';
import { loadSqlite } from './sqlite.ts';

export const evalSqlCommand: Command = {
  usage:
    '<cases.jsonl> [--answers] [--model <folder>] [--threads n] [--device d]\n' +
    'A case is one line, {"schema","question","sql","setup"?}. --answers: every answer with its verdict, too.',
  summary: 'Translates questions to SQL and compares what the answers find with what was wanted.',
  nPositionals: 1,
  options: { ...MODEL_OPTION, ...RUN_OPTIONS, answers: { type: 'boolean' } },
  run: async (args) => {
    const file = args.positional(0, 'a file with cases');
    const cases = parseCases(await readText(file), file);
    const open = await loadSqlite();
    const { report, judged } = await withTranslator(args, (answer) =>
      evaluateSql(cases, answer, { open, nowMs: () => performance.now() }),
    );
    const answers = args.flag('answers') ? judged.map(asData) : [];
    return {
      json: { ...rounded(report), ...(args.flag('answers') && { answers }) },
      text: [...answers.map((one) => JSON.stringify(one)), textOf(report)].join('\n'),
    };
  },
};

function withTranslator<T>(args: Arguments, use: (answer: AnswerSql) => Promise<T>): Promise<T> {
  return withModel(args, (client, model) =>
    use(async ({ schema, question }: SqlCase) => {
      try {
        const tables = createTableStatements(schema);
        const { sql } = await commentToSql({ question, tables }, model, (request) =>
          client.call('generate', request),
        );
        return sql;
      } catch (error) {
        // A model may find no end, or have nothing to say.
        if (error instanceof UserError && error.code === 'internal') return undefined;
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
    ...report,
    valid: exact(report.valid),
    namesExist: exact(report.namesExist),
    executionAccuracy: exact(report.executionAccuracy),
    constantBaseline: exact(report.constantBaseline),
    latencyMs: { p50: Math.round(p50), p95: Math.round(p95) },
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
    `${latencyMs.p50.toFixed(0)} ms an answer (p95 ${latencyMs.p95.toFixed(0)})`,
    ...faults.map(({ question, reason }) => `not counted: "${question}": ${reason}`),
  ].join('\n');
}
