/**
 * From a hub on loopback to a model that answers as the reference does, by the command line as a process of its own,
 * which is killed at every stage.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { layOut, safetensors, smallCheckpoint } from '../../support/checkpoint.ts';
import { expectModel, SHARDED, SHARDS, useGetModel } from '../../support/getModel.ts';
import { GOLDEN, readExpected } from '../../support/goldenModel.ts';
import { COMMIT, HubServer, REPOSITORY, sha256, type Answer } from '../../support/hubServer.ts';
import { relativeError } from '../../support/relativeError.ts';
import { CLI, runCli, runCliJson } from '../../support/runCli.ts';

const get = useGetModel();

/** How far the model's logits are from the reference's. */
async function errorOf(folder: string, form: string): Promise<number> {
  const { input_ids: ids, logits_last: logits } = await readExpected(form);
  const asked = ['logits', '--model', folder, '--ids', ids.join(',')];
  const { last } = await runCliJson<{ last: number[] }>(asked);
  return relativeError(last, logits);
}

it('is fetched, imported, and answers as the reference does', async () => {
  const { folder, commit } = await runCliJson<{ folder: string; commit: string }>(get.command());
  expect(commit).toBe(COMMIT);
  expect(await errorOf(folder, SHARDED)).toBeLessThan(1e-4);
  const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as { name: string };
  expect(manifest.name).toBe('gptj-tiny');
  expect(await readdir(path.join(get.temp, 'disk'))).toEqual(['model']);
  // `expected.json` lies there, too.
  expect(get.server.requestsFor('expected.json')).toEqual([]);
});

it.each(['pytorch-f16', 'pytorch-sharded-f32', '../codegen-tiny/safetensors-f32'])(
  '%s, too',
  async (form) => {
    await get.server.stop();
    get.server = await HubServer.startWith(path.join(GOLDEN, form));
    const { folder } = await runCliJson<{ folder: string }>(get.command('--keep-source'));
    expect(await errorOf(folder, form)).toBeLessThan(1e-4);
    expect(await readdir(path.join(get.temp, 'disk'))).toEqual(['model', 'model.downloads']);
  },
);

describe('killed', () => {
  const running: ChildProcess[] = [];
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  /** Runs until the server is asked for something, then answers nothing, or a part, and kills whoever asked. */
  async function killAt(address: string, partBytes = 0): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      get.server.answer = (request, response) => stopAt({ address, partBytes, resolve })(request, response);
    });
    const child = start();
    await reached;
    // What was sent is on its way to the disk.
    await pause(100);
    await kill(child);
    get.server.answer = () => false;
  }

  function stopAt(stop: { address: string; partBytes: number; resolve: () => void }): Answer {
    return ({ url = '' }, response) => {
      if (!url.includes(stop.address)) return false;
      if (stop.partBytes > 0) {
        const content = get.server.files.get(path.basename(url.split('?')[0]!))!;
        response.writeHead(200, { etag: '"part"', 'content-length': content.length });
        response.write(content.subarray(0, stop.partBytes));
      }
      stop.resolve();
      return true;
    };
  }

  function start(): ChildProcess {
    const child = spawn(process.execPath, [CLI, ...get.command()], { stdio: 'ignore' });
    running.push(child);
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    const hasEnded = child.exitCode !== null;
    child.kill('SIGKILL');
    if (!hasEnded) await once(child, 'exit');
  }

  it.each([
    ['while the hub is asked', '/api/models/', 0],
    ['before the configuration', '/config.json', 0],
    ['at the index', '/model.safetensors.index.json', 0],
    ['before a shard', `/large/${SHARDS[1]}`, 0],
    ['in the middle of a shard', `/large/${SHARDS[2]}`, 100_000],
  ])('%s', async (_, address, partBytes) => {
    await killAt(address, partBytes);
    await expectModel(get);
    expect(await readdir(path.join(get.temp, 'disk'))).toEqual(['model']);
  });

  it('again and again: what has arrived is not fetched again', async () => {
    for (let times = 0; times < 3; times++) await killAt(`/large/${SHARDS[2]}`);
    await expectModel(get);
    expect(get.server.requestsFor(SHARDS[0]!).filter(({ path }) => path.startsWith('/large/'))).toHaveLength(
      1,
    );
  });

  it('right after the last byte', async () => {
    const last = new Promise<void>((resolve) => {
      let nLarge = 0;
      get.server.answer = ({ url }, response) => {
        if (url?.startsWith('/large/') === true && ++nLarge === SHARDS.length)
          response.once('finish', resolve);
        return false;
      };
    });
    const child = start();
    await last;
    await kill(child);
    get.server.answer = () => false;
    await expectModel(get);
  });

  it.each([1, 10e6, 40e6])('in the import, when %i bytes are written', async (nBytes) => {
    const { config, tensors } = smallCheckpoint(600_000);
    const { header, data } = layOut(tensors);
    get.server.files.clear();
    get.server.files.set('config.json', Buffer.from(JSON.stringify(config)));
    get.server.files.set('model.safetensors', safetensors(header, data));
    const child = start();
    while ((await writtenBytes()) < nBytes) await pause(1);
    await kill(child);
    expect(existsSync(path.join(get.temp, 'disk/model'))).toBe(false);

    const nBefore = get.server.requests.length;
    await runCliJson(get.command());
    // What there is, and no file of it again.
    expect(get.server.requests).toHaveLength(nBefore + 1);
    expect(await readdir(path.join(get.temp, 'disk'))).toEqual(['model']);
    const { files } = JSON.parse(await readFile(path.join(get.temp, 'disk/model/manifest.json'), 'utf8')) as {
      files: { name: string; sha256: string }[];
    };
    const weights = await readFile(path.join(get.temp, 'disk/model/weights.bin'));
    expect(files.find(({ name }) => name === 'weights.bin')?.sha256).toBe(sha256(weights));
    expect(
      weights
        .subarray(0, 1000)
        .equals(Buffer.from(tensors['transformer.wte.weight']!.bytes.subarray(0, 1000))),
    ).toBe(true);
  });

  /** Of the model that is being made. */
  async function writtenBytes(): Promise<number> {
    const names = await readdir(path.join(get.temp, 'disk')).catch(() => []);
    const partial = names.find((name) => name.startsWith('model.partial-'));
    if (partial === undefined) return 0;
    return stat(path.join(get.temp, 'disk', partial, 'weights.bin')).then(
      ({ size }) => size,
      () => 0,
    );
  }
});

it('another family is refused before its weights are fetched', async () => {
  get.server.files.set('config.json', Buffer.from('{"model_type":"llama"}'));
  const { status, stderr } = await runCli(get.command());
  expect(status).toBe(1);
  expect(stderr).toMatch(/model_type is "llama"; only "gptj" and "codegen" checkpoints can be imported/);
  expect(get.server.requestsFor(SHARDS[0]!)).toEqual([]);
});

it.each([
  ['ftp://example.org', /is no address that models can be fetched from/],
  ['http://192.0.2.1', /http:\/\/ is for this machine alone/],
  ['https://user:word@example.org', /is no address/],
])('the host %s is refused', async (host, pattern) => {
  const { status, stderr } = await runCli([
    'get',
    REPOSITORY,
    '--host',
    host,
    '--out',
    path.join(get.temp, 'model'),
  ]);
  expect(status).toBe(1);
  expect(stderr).toMatch(pattern);
  expect(await readdir(get.temp)).toEqual([]);
});
