/** No connection is opened on the way from a keystroke to a suggestion, by the built worker or by the window. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../../..');
const DIST = path.join(ROOT, 'dist');
const STARTER = path.join(ROOT, 'models/starter');
const NETWORK = /^(?:node:)?(?:http|https|http2|net|tls|dgram|dns|inspector|cluster)(?:\/|$)/;

let temp: string;
let watched: string;
let connectionsFile: string;

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-connections-'));
  watched = path.join(temp, 'watchedWorker.cjs');
  connectionsFile = path.join(temp, 'connections');
  const support = path.join(ROOT, 'test/support');
  await build({
    entryPoints: [path.join(support, 'watchConnections.ts'), path.join(support, 'completingWindow.ts')],
    ...{ bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' },
    ...{ outdir: temp, outExtension: { '.js': '.cjs' } },
  });
  const worker = path.join(DIST, 'worker.js');
  expect(existsSync(worker), 'dist/ is built first: npm run build').toBe(true);
  await writeFile(watched, `require('./watchConnections.cjs'); require(${JSON.stringify(worker)});`);
});
afterAll(() => rm(temp, { recursive: true }));
beforeEach(() => writeFile(connectionsFile, ''));

async function runNode(...args: string[]): Promise<string> {
  const env = { ...process.env, CONNECTIONS_FILE: connectionsFile };
  return (await run(process.execPath, args, { env, cwd: temp })).stdout;
}

async function connections(): Promise<string[]> {
  return (await readFile(connectionsFile, 'utf8')).split('\n').filter((line) => line !== '');
}

describe('while it loads and completes', () => {
  it.each(['thread', 'process'])('in a %s, no connection is opened', async (isolation) => {
    const window = path.join(temp, 'completingWindow.cjs');
    const outcomes = JSON.parse(await runNode(window, temp, watched, STARTER, isolation)) as string[];
    expect(outcomes).toEqual(['model', 'model', 'display']);
    // The pair through which a child process is spoken to has no name, and leads nowhere else.
    const own = isolation === 'process' ? ['a new socket: unix'] : [];
    expect((await connections()).filter((line) => !own.includes(line))).toEqual([]);
  });
});

describe('what would be seen', () => {
  const nowhere = '127.0.0.1:9';
  it.each([
    ['Socket.connect', `require('net').connect(9, '127.0.0.1')`],
    ['Server.listen', `require('net').createServer().listen(0)`],
    ['dns.lookup', `require('dns').lookup('localhost', () => {})`],
    ['dns.promises.lookup', `require('dns/promises').lookup('localhost')`],
    ['http.get', `require('http').get('http://${nowhere}')`],
    ['https.request', `require('https').request('https://${nowhere}')`],
    ['http2.connect', `require('http2').connect('http://${nowhere}')`],
    ['dgram.send', `require('dgram').createSocket('udp4').send('x', 9, '127.0.0.1')`],
    ['global.fetch', `fetch('http://${nowhere}')`],
  ])('%s', async (way, code) => {
    await provoke(code);
    expect(await connections()).toContain(way);
  });

  it.runIf(process.platform === 'linux')('a socket that nothing of JavaScript opened', async () => {
    await provoke(`new (process.binding('tcp_wrap').TCP)(0).bind('127.0.0.1', 0)`);
    // The kernel lists it once it is connected or listens.
    expect(await connections()).toEqual([expect.stringMatching(/^a new socket: (?:tcp|unknown)$/)]);
  });

  it('what a worker thread does', async () => {
    await provoke(`new (require('worker_threads').Worker)(
      "require('./watchConnections.cjs'); fetch('http://${nowhere}').catch(() => {})", { eval: true })`);
    expect(await connections()).toContain('global.fetch');
  });

  /** Does this in a process that is watched, for a moment. */
  async function provoke(code: string): Promise<void> {
    const script = `require('./watchConnections.cjs');
      process.on('uncaughtException', () => {}); process.on('unhandledRejection', () => {});
      ${code}; setTimeout(() => process.exit(), 300);`;
    await runNode('-e', script);
  }
});

describe('what the bundles can load', () => {
  it.each([
    ['extension.js', 10],
    ['worker.js', 10],
    ['rowConverter.js', 0],
    ['hub.js', 5],
    ['cudaDownload.js', 5],
    ['cli.js', 10],
  ])('%s has no module of the network', async (bundle, fewerThanFound) => {
    const text = await readFile(path.join(DIST, bundle), 'utf8');
    const modules = [...text.matchAll(/\b(?:require|import)\(["'`]([^"'`]+)["'`]\)/g)].map(
      ([, name]) => name!,
    );
    expect(modules.length).toBeGreaterThan(fewerThanFound);
    expect(modules.filter((name) => NETWORK.test(name))).toEqual([]);
  });
});
