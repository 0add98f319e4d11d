/**
 * The hold among real processes: they race, and are killed. Each says when it held and when it gave it back, by the
 * one clock that all processes of a machine share; whether two of them overlap is looked up afterwards.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

const N_WINDOWS = 8;
const N_ROUNDS = 20;

let temp: string;
let folder: string;
let program: string;
let windows: Window[];

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-race-'));
  program = path.join(temp, 'holdWindow.mjs');
  await build({
    entryPoints: [path.resolve(import.meta.dirname, '../../support/holdWindow.ts')],
    ...{ bundle: true, platform: 'node', format: 'esm', outfile: program, logLevel: 'error' },
  });
});
afterAll(() => rm(temp, { recursive: true }));

beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(temp, 'run-')), 'hold');
  windows = [];
});
afterEach(() => Promise.all(windows.map((window) => window.kill())));

class Window {
  readonly #process: ChildProcess;
  readonly #answers: NodeJS.AsyncIterator<string>;

  constructor(name: string) {
    this.#process = spawn(process.execPath, [program, folder, name], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  async ask(word: 'take' | 'race' | 'takeOver'): Promise<string> {
    this.say(word);
    return (await this.#answers.next()).value as string;
  }

  say(word: string): void {
    this.#process.stdin!.write(`${word}\n`);
  }

  async kill(): Promise<void> {
    const exited = this.#process.exitCode !== null || this.#process.signalCode !== null;
    this.#process.kill('SIGKILL');
    if (!exited) await once(this.#process, 'exit');
  }
}

function open(name: string): Window {
  const window = new Window(name);
  windows.push(window);
  return window;
}

/** Pairs of times that overlap; each is `from to` in nanoseconds. */
function overlaps(times: readonly string[]): string[] {
  const sorted = times
    .map((time) => time.split(' ').map(BigInt) as [bigint, bigint])
    .sort(([a], [b]) => Number(a - b));
  return sorted.flatMap(([from, to], index) => {
    const next = sorted[index + 1];
    return next !== undefined && next[0] < to ? [`${from}-${to} and ${next[0]}-${next[1]}`] : [];
  });
}

it('sees an overlap where there is one', () => {
  expect(overlaps(['5 9', '1 4', '4 6'])).toEqual(['4-6 and 5-9']);
  expect(overlaps(['5 9', '1 4', '4 5'])).toEqual([]);
});

it('is held by one process at any time, however often eight of them race for it', async () => {
  const racers = Array.from({ length: N_WINDOWS }, (_, index) => open(`window ${index}`));
  const times: string[] = [];
  for (let round = 0; round < N_ROUNDS; round++) {
    times.push(...(await Promise.all(racers.map((window) => window.ask('race')))));
  }
  expect(times).toHaveLength(N_WINDOWS * N_ROUNDS);
  expect(overlaps(times)).toEqual([]);
  expect((await readdir(folder)).length).toBeLessThanOrEqual(2);
});

it('goes to exactly one when the holder is killed, again and again', async () => {
  let holder = open('first');
  expect(await holder.ask('take')).toBe('held');
  for (let round = 0; round < 6; round++) {
    const others = Array.from({ length: 4 }, (_, index) => open(`${round}.${index}`));
    expect(await Promise.all(others.map((window) => window.ask('take')))).toEqual(
      others.map(() => 'elsewhere'),
    );
    await holder.kill();
    const answers = await Promise.all(others.map((window) => window.ask('take')));
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
    holder = others[answers.indexOf('held')]!;
    await Promise.all(others.filter((window) => window !== holder).map((window) => window.kill()));
  }
});

it('is handed over by a process that is asked, and not by one that hangs', async () => {
  const [a, b] = [open('a'), open('b')];
  expect(await a.ask('take')).toBe('held');
  expect(await b.ask('takeOver')).toBe('held');
  expect(await a.ask('take')).toBe('elsewhere');
  b.say('hang');
  expect(await a.ask('takeOver')).toMatch(/^The window "b" does not answer/);
  await b.kill();
  expect(await a.ask('take')).toBe('held');
});
