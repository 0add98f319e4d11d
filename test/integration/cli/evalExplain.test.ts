/** explain and eval explain as processes, with the starter model. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, runCliJson } from '../../support/runCli.ts';

const HELD_OUT = path.resolve(import.meta.dirname, '../../heldout/python');

let temp: string;
beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-explain-'));
  await writeFile(path.join(temp, 'plain.py'), 'def f(x):\n    return x\n');
  await writeFile(path.join(temp, 'bytes.py'), Buffer.from('# caf\xe9\n', 'latin1'));
  const numbers = Array.from({ length: 400 }, (_, index) => `    ${index * 7919},\n`).join('');
  await writeFile(path.join(temp, 'data.py'), `PRIMES = [\n${numbers}]\n`);
});
afterAll(() => rm(temp, { recursive: true }));

it('a sample of functions is explained, and the figures agree with one another', async () => {
  const files = ['httpx/_utils.py', 'arrow/factory.py'].map((name) => path.join(HELD_OUT, name));
  const sample = ['--sample', '6', '--seed', '3'];
  const report = await runCliJson<Record<string, unknown>>(['eval', 'explain', ...files, ...sample]);
  expect(Object.keys(report)).toEqual([
    ...['files', 'functions', 'empty', 'sentenceF1', 'paragraphF1', 'baseline', 'firstWordsMs', 'latencyMs'],
  ]);
  expect(report['functions']).toBe(6);
  expect(report['sentenceF1']).toBeGreaterThan(0);
  expect(report['sentenceF1']).toBeLessThan(1);
  const again = await runCliJson<Record<string, unknown>>(['eval', 'explain', ...files, ...sample]);
  for (const name of ['sentenceF1', 'paragraphF1', 'baseline']) expect(again[name]).toEqual(report[name]);
});

type Explained = {
  readonly parts: readonly { name: string; lines: string; state: string; leftOut?: string }[];
};

it('a file that exceeds the window is explained by its definitions, and a line by what it is in', async () => {
  const file = path.join(HELD_OUT, 'httpx/_utils.py');
  const { parts } = await runCliJson<Explained>(['explain', file]);
  expect(parts.length).toBeGreaterThan(10);
  const starts = parts.map(({ lines }) => Number(lines.split('-')[0]));
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  const { name, lines } = parts[3]!;
  const one = await runCliJson<Explained>(['explain', file, '--line', lines.split('-')[1]!]);
  expect(one.parts.map((part) => [part.name, part.lines])).toEqual([[name, lines]]);
});

it('of what does not fit and cannot be split, it says which lines were left out', async () => {
  const { stdout, stderr } = await runCli(['explain', path.join(temp, 'data.py'), '--json']);
  const { parts } = JSON.parse(stdout.trim()) as Explained;
  expect(parts).toHaveLength(1);
  const [, first] = /^(\d+)-402$/.exec(parts[0]!.leftOut!)!;
  expect(Number(first)).toBeGreaterThan(60);
  expect(stderr).toContain(`lines ${first} to 402 were left out`);
});

describe('what is wrong is said in one sentence', () => {
  it.each([
    [['eval', 'explain'], /The command needs a file/],
    [['eval', 'explain', 'TEMP/plain.py'], /No function in these files has a docstring/],
    [['eval', 'explain', 'TEMP/plain.py', '--sample', '0'], /--sample is "0"/],
    [['explain', 'TEMP/bytes.py'], /bytes\.py is not text in UTF-8/],
    [['explain', 'TEMP/nowhere.py'], /nowhere\.py cannot be read: there is no such file/],
    [['explain', 'TEMP/queries.sql'], /queries\.sql is no Python file/],
    [['explain', 'TEMP/plain.py', '--line', '9'], /--line is "9"; it must be a number from 1 to 3/],
  ])('%j', async (args, sentence) => {
    const { status, stdout, stderr } = await runCli(args.map((arg) => arg.replace(/^TEMP/, temp)));
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });
});
