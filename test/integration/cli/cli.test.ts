/** The built command line as a process: what it prints, and what it says when something is wrong. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GOLDEN, readExpected } from '../../support/goldenModel.ts';
import { runCli, runCliJson } from '../../support/runCli.ts';
import { LIBRARY_PY, ORCHARD_SQL } from '../../support/unseenFiles.ts';

let temp: string;
let python: string;
let sql: string;
let golden: string;

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-cli-'));
  [python, sql, golden] = [path.join(temp, 'a.py'), path.join(temp, 'a.sql'), path.join(temp, 'golden')];
  await writeFile(python, LIBRARY_PY);
  await writeFile(sql, ORCHARD_SQL);
  const imported = await runCliJson<{ folder: string; weightsMB: number; seconds: number }>([
    ...['import', path.join(GOLDEN, 'safetensors-sharded-f16'), '--out', golden, '--bits', '32'],
  ]);
  expect(imported).toMatchObject({ folder: golden });
  expect(imported.weightsMB).toBeGreaterThan(1);
});
afterAll(() => rm(temp, { recursive: true }));

it('prints the reference logits and continuation', async () => {
  const expected = await readExpected('safetensors-sharded-f16');
  const ids = expected.input_ids.join();
  const { argmax, last } = await runCliJson<{ argmax: number[]; last: number[] }>([
    'logits',
    '--model',
    golden,
    '--ids',
    ids,
  ]);
  expect(argmax).toEqual(expected.argmax_per_position);
  expect(last).toHaveLength(expected.logits_last.length);
  const prompt = expected.input_ids.slice(0, 16).join();
  const generated = await runCliJson(['generate', '--model', golden, '--ids', prompt, '--max-tokens', '20']);
  expect(generated).toEqual({ ids: expected.greedy_20 });
});

it('imports CodeGen from a single file of PyTorch', async () => {
  const form = '../codegen-tiny/pytorch-f16';
  const expected = await readExpected(form);
  const [file, model] = [path.join(GOLDEN, form, 'pytorch_model.bin'), path.join(temp, 'codegen')];
  await runCliJson(['import', file, '--out', model, '--bits', '32']);
  const ids = expected.input_ids.join();
  const { argmax } = await runCliJson<{ argmax: number[] }>(['logits', '--model', model, '--ids', ids]);
  expect(argmax).toEqual(expected.argmax_per_position);
});

it('completes a file at a place, and a prompt from stdin', async () => {
  const place = ['--file', python, '--line', '19', '--column', '1'];
  const atPlace = await runCliJson<{ text: string; tokens: number; ms: object }>(['complete', ...place]);
  expect(Object.keys(atPlace.ms)).toEqual(['load', 'prefill', 'decode']);
  expect([atPlace.text !== '', atPlace.tokens > 0]).toEqual([true, true]);
  const raw = await runCliJson<{ text: string; tokens: number }>(
    ['complete', '--raw', '--max-tokens', '7'],
    'for key, value in ',
  );
  expect(raw.tokens).toBe(7);
  const seeded = (seed: string) =>
    runCliJson<{ text: string }>(['complete', '--raw', '--temperature', '1', '--seed', seed], 'import ');
  const [one, again, other] = await Promise.all([seeded('1'), seeded('1'), seeded('2')]);
  expect(one.text).toBe(again.text);
  expect(one.text).not.toBe(other.text);
});

it('explains, and writes SQL', async () => {
  const { text } = await runCliJson<{ text: string }>(['explain', python, '--lines', '20-21']);
  expect(text.trim()).not.toBe('');
  const { sql: answer } = await runCliJson<{ sql: string }>(['sql', '--schema', sql, 'names of the growers']);
  expect(answer).toMatch(/^[A-Z][^;]*;$/);
});

it('records drafts and replays them', async () => {
  const out = path.join(temp, 'trace.json');
  const recorded = await runCliJson<Record<string, number>>([
    ...['bench', '--trace', out, '--places', '3', python, sql],
  ]);
  expect(recorded['generations']).toBeGreaterThan(2);
  const replayed = await runCliJson<Record<string, number>>(['bench', '--replay', out, '--prompt', '20']);
  const { tokens, callsPlain, callsDrafted, accepted, decodeSpeedup } = replayed;
  expect(callsPlain).toBe(tokens);
  expect(callsDrafted).toBe(tokens! - accepted!);
  expect(decodeSpeedup).toBeGreaterThan(0);
});

it('tells what there is to work with, and fails where the model that was named is none', async () => {
  type Told = {
    providers: { name: string; problem?: string }[];
    models: { name?: string; folder: string }[];
  };
  const { providers, models } = await runCliJson<Told>(['doctor', '--model', golden]);
  expect(providers).toContainEqual({ name: 'cpu' });
  expect(models.map(({ folder }) => folder)).toContain(golden);
  expect(models.some(({ name }) => name !== undefined)).toBe(true);
  const broken = await runCli(['doctor', '--model', temp]);
  expect(broken.status).toBe(1);
  expect(broken.stdout).toMatch(/^provider cpu: starts$/m);
  expect(broken.stdout).toMatch(/There is no model in/);
});

describe('what is wrong is said in one sentence, and nothing is printed', () => {
  it.each([
    [['dance'], /There is no command "dance"/],
    [['complete', '--nonsense'], /Unknown option '--nonsense'/],
    [['complete', '--line', '-1'], /write --line=<value>/],
    [['complete', '--file', 'nowhere.py', '--line', '1', '--column', '1'], /nowhere\.py cannot be read/],
    [['complete', '--file', 'A', '--line', '999', '--column', '1'], /there is no line 999/],
    [['complete', '--file', 'A'], /--line and --column/],
    [['complete', '--temperature', 'hot'], /--temperature is "hot"/],
    [['complete', '--model', 'TEMP'], /There is no model in/],
    [['generate', '--model', 'GOLDEN', '--ids', '1,x'], /token ids separated by commas/],
    [['generate', '--model', 'GOLDEN', '--ids', '5000'], /Token 5000 is outside/],
    [['import', 'nowhere', '--out', 'TEMP/new'], /does not exist/],
    [['import', 'TEMP', '--out', 'TEMP/new'], /has no config\.json/],
    [['import', 'CHECKPOINT', '--out', 'GOLDEN'], /exists already/],
    [['import', 'CHECKPOINT', '--out', 'TEMP/new', '--bits', '3'], /--bits is "3"/],
    [['explain', 'A', '--lines', '5-2'], /--lines is "5-2"/],
    [['sql', '--schema', 'A', 'who'], /CREATE TABLE/],
    [['bench', '--replay', 'A'], /is no trace of drafts/],
    [['bench', '--trace', 'TEMP/new.json'], /needs files to complete/],
    [['bench', 'A'], /is for --trace/],
    [['bench', '--shape', 'gpt-5'], /There is no shape "gpt-5"/],
  ])('%j', async (args, sentence) => {
    const places: Record<string, string> = { A: python, GOLDEN: golden, TEMP: temp };
    places['CHECKPOINT'] = path.join(GOLDEN, 'safetensors-f32');
    const named = args.map((arg) =>
      arg.replace(/^(A|GOLDEN|TEMP|CHECKPOINT)(?=$|\/)/, (place) => places[place]!),
    );
    const { status, stdout, stderr } = await runCli([...named, '--json'], 'x = ');
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).not.toBe(0);
    expect((await readdir(temp)).filter((name) => name.startsWith('new'))).toEqual([]);
  });
});
