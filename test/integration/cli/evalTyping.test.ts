/** eval typing as a process, with the starter model. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, runCliJson } from '../../support/runCli.ts';
import { LIBRARY_PY, ORCHARD_SQL } from '../../support/unseenFiles.ts';

type Quality = { shown: number; accepted: number; shownPrecision: number | null; keystrokesSaved: number };
type Figures = Quality & {
  files: number;
  characters: number;
  requests: number;
  latencyMs: { p50: number; p95: number };
  afterJumpMs: { p50: number; p95: number };
  recomputedTokens: { median: number; p95: number };
  duplicatedLines: number;
};
type Report = Figures & { baselines: Record<string, Quality>; byExtension: Record<string, Figures> };

let temp: string;
let python: string;
let sql: string;

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-eval-'));
  [python, sql] = [path.join(temp, 'a.py'), path.join(temp, 'a.sql')];
  await writeFile(python, LIBRARY_PY.replaceAll('\n', '\r\n'));
  await writeFile(sql, ORCHARD_SQL);
  await writeFile(path.join(temp, 'empty.py'), ' \n');
  await writeFile(path.join(temp, 'binary.py'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]));
});
afterAll(() => rm(temp, { recursive: true }));

const evaluate = (...options: string[]) => runCliJson<Report>(['eval', 'typing', python, sql, ...options]);

function expectConsistent({ shown, accepted, shownPrecision, keystrokesSaved }: Quality): void {
  expect(accepted).toBeLessThanOrEqual(shown);
  if (shown === 0) expect(shownPrecision).toBeNull();
  else expect(shownPrecision).toBeCloseTo(accepted / shown, 3);
  expect(keystrokesSaved).toBeGreaterThanOrEqual(0);
  expect(keystrokesSaved).toBeLessThan(1);
}

it('reports on a sample, and its figures agree with one another', async () => {
  const report = await evaluate('--sample', '250', '--seed', '3');
  expect(Object.keys(report)).toEqual([
    ...['files', 'characters', 'requests', 'shown', 'accepted', 'shownPrecision', 'keystrokesSaved'],
    ...['latencyMs', 'afterJumpMs', 'recomputedTokens', 'duplicatedLines', 'baselines', 'byExtension'],
  ]);
  expect(report.files).toBe(2);
  expect(report.characters).toBeGreaterThan(150);
  expect(report.requests).toBeLessThanOrEqual(250);
  expect(report.shown).toBeGreaterThan(0);
  expect(report.duplicatedLines).toBeLessThanOrEqual(report.shown);
  expect(report.latencyMs.p50).toBeLessThanOrEqual(report.latencyMs.p95);
  expect(report.afterJumpMs.p50).toBeLessThanOrEqual(report.afterJumpMs.p95);
  expect(report.recomputedTokens.median).toBeGreaterThan(0);
  expect(report.recomputedTokens.median).toBeLessThanOrEqual(report.recomputedTokens.p95);
  expect(Object.keys(report.baselines)).toEqual(['similarLine', 'identifierNgrams']);
  for (const quality of [report, ...Object.values(report.baselines)]) expectConsistent(quality);

  expect(Object.keys(report.byExtension)).toEqual(['.py', '.sql']);
  for (const name of ['files', 'characters', 'requests', 'shown', 'accepted', 'duplicatedLines'] as const) {
    const parts = Object.values(report.byExtension).map((figures) => figures[name]);
    expect(parts.reduce((sum, part) => sum + part)).toBe(report[name]);
  }
});

it('types the same lines whatever the completer does, and shows more without its gate', async () => {
  const sample = ['--sample', '150', '--seed', '3'];
  const gated = await evaluate(...sample);
  const open = await evaluate(...sample, '--without', 'gate,ahead,outline');
  expect(open.characters).toBe(gated.characters);
  expect(open.baselines).toEqual(gated.baselines);
  expect(open.shown).toBeGreaterThan(gated.shown);
});

describe('what is wrong is said in one sentence', () => {
  it.each([
    [['eval'], /"eval" alone is no command: there is eval typing, eval explain, eval sql/],
    [['eval', 'singing', 'A'], /There is no command "eval singing"/],
    [['eval', 'typing'], /The command needs a file/],
    [['eval', 'typing', 'nowhere.py'], /nowhere\.py cannot be read/],
    [['eval', 'typing', 'TEMP'], /cannot be read\. Name a text file/],
    [['eval', 'typing', 'A', 'TEMP/empty.py'], /empty\.py is empty/],
    [['eval', 'typing', 'A', 'TEMP/binary.py'], /binary\.py is no text/],
    [['eval', 'typing', 'A', '--sample', '0'], /--sample is "0"; it must be a number from 1 to/],
    [['eval', 'typing', 'A', '--sample', '2.5'], /--sample is 2\.5; it must be a whole number/],
    [['eval', 'typing', 'A', '--sample', '1'], /--sample is 1; .*more requests/],
    [['eval', 'typing', 'A', '--seed', '-1'], /seed/],
    [['eval', 'typing', 'A', '--without', 'brakes'], /--without names "brakes"; it can name gate, ahead/],
    [['eval', 'typing', 'A', '--model', 'TEMP'], /There is no model in/],
  ])('%j', async (args, sentence) => {
    const named = args.map((arg) => arg.replace(/^A$/, python).replace(/^TEMP/, temp));
    const { status, stdout, stderr } = await runCli([...named, '--json']);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });
});
