/** eval sql as a process, with the starter model and the project's own cases. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, runCliJson } from '../../support/runCli.ts';

type Report = {
  cases: number;
  valid: number;
  namesExist: number;
  executionAccuracy: number;
  constantBaseline: number;
  latencyMs: { p50: number; p95: number };
  unanswered: number;
  faults: { question: string; reason: string }[];
  answers?: { question: string; answer: string | null; valid: boolean }[];
};

const HELD_OUT = path.resolve(import.meta.dirname, '../../heldout/sql/cases.jsonl');
const CAVES = { schema: 'CREATE TABLE caves (id INTEGER PRIMARY KEY, depth_m INTEGER);' };

let temp: string;
let some: string;

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-eval-'));
  some = path.join(temp, 'some.jsonl');
  const lines = (await readFile(HELD_OUT, 'utf8')).trim().split('\n');
  const faulty = JSON.stringify({ ...CAVES, question: 'who', sql: 'SELECT who FROM caves' });
  const all = JSON.stringify({ ...CAVES, question: 'Show all caves', sql: 'SELECT * FROM caves' });
  await writeFile(some, [...lines.filter((_, index) => index % 50 === 0), faulty, all].join('\n'));
  await writeFile(path.join(temp, 'empty.jsonl'), '\n');
  await writeFile(path.join(temp, 'bad.jsonl'), `${all}\n{"schema":"CREATE TABLE a (x);"}`);
});
afterAll(() => rm(temp, { recursive: true }));

it('reports on cases, and its figures agree with the answers', async () => {
  const { answers = [], ...report } = await runCliJson<Report>(['eval', 'sql', some, '--answers']);
  expect(Object.keys(report)).toEqual([
    ...['cases', 'valid', 'namesExist', 'executionAccuracy', 'constantBaseline', 'latencyMs'],
    ...['unanswered', 'faults'],
  ]);
  expect(report.faults).toEqual([{ question: 'who', reason: 'no such column: who' }]);
  expect(report.cases).toBe(7);
  expect(answers).toHaveLength(7);
  expect(report.valid).toBeCloseTo(answers.filter(({ valid }) => valid).length / 7, 3);
  expect(report.unanswered).toBe(answers.filter(({ answer }) => answer === null).length);
  expect(report.executionAccuracy).toBeLessThanOrEqual(report.valid);
  expect(report.valid).toBeLessThanOrEqual(report.namesExist);
  // 'Show all caves' is what the baseline always answers.
  expect(report.constantBaseline).toBeCloseTo(1 / 7, 3);
  expect(report.latencyMs.p50).toBeGreaterThan(0);
  expect(report.latencyMs.p50).toBeLessThanOrEqual(report.latencyMs.p95);
});

it('says what each part of a translation is worth', async () => {
  const whole = await runCliJson<Report>(['eval', 'sql', some, '--candidates', '2']);
  const bare = await runCliJson<Report>(['eval', 'sql', some, '--without', 'mask,prepare,candidates']);
  // Under the mask, what has no names that exist is what has no end.
  expect(Math.round(whole.namesExist * whole.cases)).toBe(whole.cases - whole.unanswered);
  expect(whole.valid).toBeGreaterThan(bare.valid);
  expect(bare.namesExist).toBeLessThan(whole.namesExist);
  expect(bare.constantBaseline).toBe(whole.constantBaseline);
});

describe('what is wrong is said in one sentence', () => {
  it.each([
    [['eval', 'sql'], /The command needs a file with cases/],
    [['eval', 'sql', 'nowhere.jsonl'], /nowhere\.jsonl cannot be read/],
    [['eval', 'sql', 'TEMP/empty.jsonl'], /empty\.jsonl holds no case/],
    [['eval', 'sql', 'SOME', '--without', 'luck'], /--without names "luck"; it can name mask, prep/],
    [
      ['sql', '--schema', 'TEMP/empty.jsonl', 'who', '--without', 'luck'],
      /"luck"; it can name mask, prepare\./,
    ],
    [['eval', 'sql', 'TEMP/bad.jsonl'], /bad\.jsonl:2: question is missing/],
  ])('%j', async (args, sentence) => {
    const { status, stdout, stderr } = await runCli([
      ...args.map((arg) => arg.replace(/^TEMP/, temp).replace(/^SOME$/, some)),
      '--json',
    ]);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });
});
