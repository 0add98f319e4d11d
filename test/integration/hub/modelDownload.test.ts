/** A model from a real hub on loopback that behaves, and what is on this disk already. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { unfinishedDownloads } from '../../../src/hub/downloadRecord.ts';
import type { FetchProgress } from '../../../src/hub/modelDownload.ts';
import {
  CONTENT,
  cutAfter,
  download,
  expectWhole,
  failureOf,
  folderOf,
  misbehave,
  open,
  statusOf,
  useHub,
  WEIGHTS,
} from '../../support/hubDownload.ts';
import { REPOSITORY, sendFile, sha256 } from '../../support/hubServer.ts';

const DEAD_PID = 4_000_000;

const hub = useHub();

describe('a hub that behaves', () => {
  it('what an import reads is fetched, and nothing else', async () => {
    const seen: FetchProgress[] = [];
    const folder = await download(hub, { onProgress: (progress) => seen.push(progress) });
    expect((await readdir(folder)).sort()).toEqual([
      'README.md',
      'config.json',
      'download.json',
      WEIGHTS,
      'tokenizer.json',
    ]);
    await expectWhole(folder);
    expect(
      hub.server.requests.map(({ path }) => path).filter((address) => /optimizer|flax/.test(address)),
    ).toEqual([]);
    expect(hub.server.requests[0]!.path).toBe(`/api/models/${REPOSITORY}/revision/main?blobs=true`);
    const { receivedBytes, sizeBytes } = seen.at(-1)!;
    expect(receivedBytes).toBe(sizeBytes);
    expect(seen.map((progress) => progress.receivedBytes)).toEqual(
      seen.map((progress) => progress.receivedBytes).sort((a, b) => a - b),
    );
    expect(hub.waits).toEqual([]);
  });

  it('a second time only asks what there is', async () => {
    await download(hub);
    const nBefore = hub.server.requests.length;
    await download(hub);
    expect(hub.server.requests).toHaveLength(nBefore + 1);
  });

  it('the shards of the index, several at once', async () => {
    const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    hub.server.files.delete(WEIGHTS);
    for (const name of shards) hub.server.files.set(name, randomBytes(500_000));
    hub.server.files.set(
      'model.safetensors.index.json',
      Buffer.from(JSON.stringify({ weight_map: { a: shards[0], b: shards[1], c: shards[0] } })),
    );
    // None is answered before both are asked for.
    const asked: (() => void)[] = [];
    hub.server.answer = ({ url, headers }, response) => {
      const name = /^\/large\/([^?]+)/.exec(url ?? '')?.[1];
      if (name === undefined) return false;
      asked.push(() => sendFile(response, hub.server.files.get(name)!, headers));
      if (asked.length === 2) for (const send of asked) send();
      return true;
    };
    const folder = await download(hub);
    for (const name of shards)
      expect(hub.server.files.get(name)!.equals(await readFile(path.join(folder, name)))).toBe(true);
  });

  it('a large one, whose hash is computed in a thread: cut, spoilt on this disk, and right in the end', async () => {
    const large = randomBytes(20_000_000);
    hub.server.files.set(WEIGHTS, large);
    const partial = path.join(folderOf(hub), `${WEIGHTS}.partial`);
    misbehave(hub, 1, (_, response) => {
      response.writeHead(200, { etag: `"${sha256(large)}"`, 'content-length': large.length });
      response.write(large.subarray(0, 9_000_000), () => response.destroy());
      return true;
    });
    const retries = { nTries: 0, random: () => 1, wait: () => Promise.resolve() };
    await failureOf(download(hub, { retries }));
    const part = await readFile(partial);
    expect(part.equals(large.subarray(0, part.length))).toBe(true);
    part[5_000_000]! ^= 1;
    await writeFile(partial, part);
    const folder = await download(hub);
    expect(large.equals(await readFile(path.join(folder, WEIGHTS)))).toBe(true);
    const ranges = hub.server.requestsFor(WEIGHTS).filter(({ path }) => path.startsWith('/large/'));
    expect(ranges.map(({ range }) => range)).toEqual([undefined, `bytes=${part.length}-`, undefined]);
  });

  it('an import that is over removes the source, or keeps it', async () => {
    const kept = await open(hub);
    await kept.fetchWeights();
    await kept.finish({ keepSource: true });
    await kept.close();
    expect(await readdir(kept.folder)).toContain(WEIGHTS);
    expect(await unfinishedDownloads(hub.downloads)).toEqual([]);
    const removed = await open(hub);
    await removed.finish({ keepSource: false });
    await removed.close();
    expect(await readdir(hub.downloads)).toEqual([]);
  });
});

describe('the access token', () => {
  const TOKEN = 'hf_secret123';
  it('goes to the hub, and never to the host that it redirects to', async () => {
    await download(hub, { token: TOKEN });
    const [own, other] = [false, true].map((isOther) =>
      hub.server.requests
        .filter(({ path }) => path.startsWith('/large/') === isOther)
        .map(({ authorization }) => authorization),
    );
    expect(own!.length).toBeGreaterThan(3);
    expect(new Set(own)).toEqual(new Set([`Bearer ${TOKEN}`]));
    expect(other).toEqual([undefined]);
  });

  it('not when it is led back, either', async () => {
    let nLed = 0;
    hub.server.answer = ({ url, headers }, response) => {
      if (url === '/back') sendFile(response, CONTENT, headers);
      else if (url?.startsWith('/large/') === true && nLed++ === 0)
        response.writeHead(302, { location: `${hub.server.origin}/back` }).end();
      else return false;
      return true;
    };
    await download(hub, { token: TOKEN });
    expect(hub.server.requests.find(({ path }) => path === '/back')).toMatchObject({
      authorization: undefined,
    });
  });

  it.each([
    [401, undefined, /does not show someone\/gptj-tiny: there is none, or it needs an access token/],
    [403, TOKEN, /does not show someone\/gptj-tiny to the access token that is set/],
    [404, undefined, /has no repository someone\/gptj-tiny of this revision/],
  ])('where the answer is %d', async (status, token, pattern) => {
    hub.server.answer = (_, response) => {
      response.writeHead(status).end('{}');
      return true;
    };
    const failure = await failureOf(download(hub, token === undefined ? {} : { token }));
    expect(failure.message).toMatch(pattern);
    expect(hub.waits).toEqual([]);
  });
});

describe('what is here already', () => {
  async function partOf(content: Buffer): Promise<string> {
    misbehave(hub, 1, cutAfter(500_000));
    const retries = { nTries: 0, random: () => 1, wait: () => Promise.resolve() };
    await failureOf(download(hub, { retries }));
    const partial = path.join(folderOf(hub), `${WEIGHTS}.partial`);
    await writeFile(partial, content);
    return partial;
  }

  it('spoilt on this disk: the hash of all of it shows it', async () => {
    const bytes = Buffer.from(CONTENT.subarray(0, 400_000));
    bytes[1234]! ^= 1;
    await partOf(bytes);
    await expectWhole(await download(hub));
  });

  it('all of it, but not its name: nothing is asked for', async () => {
    await partOf(CONTENT);
    const nBefore = hub.server.requestsFor(WEIGHTS).length;
    await expectWhole(await download(hub));
    expect(hub.server.requestsFor(WEIGHTS)).toHaveLength(nBefore);
  });

  it('more than there should be', async () => {
    await partOf(Buffer.concat([CONTENT, CONTENT]));
    await expectWhole(await download(hub));
  });

  it('of a process that died, whose lock stands in nobody’s way', async () => {
    const folder = path.dirname(await partOf(CONTENT));
    await writeFile(path.join(folder, 'lock'), String(DEAD_PID));
    await download(hub);
  });

  it('of a process that nobody has heard of for long', async () => {
    const folder = path.dirname(await partOf(CONTENT));
    const lock = path.join(folder, 'lock');
    await writeFile(lock, String(process.ppid));
    await utimes(lock, 1, 1);
    await download(hub);
  });

  it('of another window that is at work', async () => {
    const opened = await open(hub);
    expect((await failureOf(open(hub))).message).toMatch(
      /is being fetched already, here or in another window/,
    );
    await opened.close();
    await download(hub);
  });
});

describe('a cancellation', () => {
  it('ends at once, keeps what is there, and the next one goes on', async () => {
    const abort = new AbortController();
    misbehave(hub, 1, (_, response) => {
      response.writeHead(200, { etag: `"${sha256(CONTENT)}"`, 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 500_000));
      return true;
    });
    const onProgress = ({ receivedBytes }: FetchProgress) => {
      if (receivedBytes > 300_000) abort.abort();
    };
    const failure = await failureOf(download(hub, { signal: abort.signal, onProgress }));
    expect(failure.code).toBe('cancelled');
    await expectWhole(await download(hub));
    expect(hub.server.requests.at(-1)!.range).toMatch(/^bytes=[3-5]\d{5}-$/);
  });

  it('ends a wait', async () => {
    const abort = new AbortController();
    misbehave(hub, Infinity, statusOf(503));
    const wait = () => {
      abort.abort();
      return Promise.resolve();
    };
    const failure = await failureOf(
      download(hub, { signal: abort.signal, retries: { nTries: 9, random: () => 1, wait } }),
    );
    expect(failure.code).toBe('cancelled');
    expect(hub.server.requestsFor(WEIGHTS)).toHaveLength(2);
  });

  it('before the first byte of the weights leaves nothing', async () => {
    const opened = await open(hub);
    await opened.abandon();
    await opened.close();
    expect(await readdir(hub.downloads)).toEqual([]);
  });
});

describe('a disk in trouble', () => {
  it('a file where the folder should be', async () => {
    await writeFile(hub.downloads, '');
    expect((await failureOf(download(hub))).code).toBe('disk');
  });

  it('a folder of the file’s name', async () => {
    const opened = await open(hub);
    await mkdir(path.join(opened.folder, `${WEIGHTS}.partial`));
    expect((await failureOf(opened.fetchWeights())).code).toBe('disk');
    await opened.close();
  });
});
