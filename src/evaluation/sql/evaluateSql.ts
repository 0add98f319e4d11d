/** The report on translating questions to SQL. */
import { percentile } from '../../base/median.ts';
import { quotedName, type OpenDatabase } from './database.ts';
import type { SqlCase } from './cases.ts';
import { CaseFault, judgeOf, type Judge, type Verdict } from './judge.ts';

/** Answers a question; undefined where there is no answer. */
export type AnswerSql = (sqlCase: SqlCase) => Promise<string | undefined>;

/** Shares of the cases. No answer is none of the three. */
export type SqlReport = {
  readonly cases: number;
  /** It prepares. */
  readonly valid: number;
  readonly namesExist: number;
  /** The reference's rows, on every random database. */
  readonly executionAccuracy: number;
  /** The accuracy of reading the first table, whatever was asked. */
  readonly constantBaseline: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number };
  readonly unanswered: number;
  /** Cases that nothing can be judged by; they are not counted. */
  readonly faults: readonly { readonly question: string; readonly reason: string }[];
};

export type Judged = {
  readonly sqlCase: SqlCase;
  readonly answer: string | undefined;
  readonly verdict: Verdict;
  readonly baseline: Verdict;
  readonly ms: number;
};

export type SqlEvaluation = { readonly report: SqlReport; readonly judged: readonly Judged[] };

const NOTHING: Verdict = { valid: false, namesExist: false, correct: false };

export async function evaluateSql(
  cases: readonly SqlCase[],
  answer: AnswerSql,
  { open, nowMs }: { readonly open: OpenDatabase; readonly nowMs: () => number },
): Promise<SqlEvaluation> {
  const judged: Judged[] = [];
  const faults: { question: string; reason: string }[] = [];
  for (const sqlCase of cases) {
    let judge: Judge;
    try {
      judge = judgeOf(sqlCase, open);
    } catch (error) {
      if (!(error instanceof CaseFault)) throw error;
      faults.push({ question: sqlCase.question, reason: error.message });
      continue;
    }
    try {
      const start = nowMs();
      const sql = await answer(sqlCase);
      const ms = nowMs() - start;
      const verdict = sql === undefined ? NOTHING : judge.judge(sql);
      judged.push({ sqlCase, answer: sql, verdict, baseline: judge.judge(constantAnswer(judge)), ms });
    } finally {
      judge.close();
    }
  }
  return { report: { ...figuresOf(judged), faults }, judged };
}

function constantAnswer({ tables }: Judge): string {
  return `SELECT * FROM ${quotedName(tables[0]?.name ?? '')}`;
}

function figuresOf(judged: readonly Judged[]): Omit<SqlReport, 'faults'> {
  const share = (holds: (one: Judged) => boolean) => judged.filter(holds).length / judged.length;
  const times = judged.map(({ ms }) => ms);
  return {
    cases: judged.length,
    valid: share(({ verdict }) => verdict.valid),
    namesExist: share(({ verdict }) => verdict.namesExist),
    executionAccuracy: share(({ verdict }) => verdict.correct),
    constantBaseline: share(({ baseline }) => baseline.correct),
    latencyMs: { p50: percentile(times, 0.5), p95: percentile(times, 0.95) },
    unanswered: judged.filter(({ answer }) => answer === undefined).length,
  };
}
