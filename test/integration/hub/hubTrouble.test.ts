/** A hub on loopback that cuts, trickles, refuses, and sends something else than it did: the file is right in the end. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { unfinishedDownloads } from '../../../src/hub/downloadRecord.ts';
import {
  CONTENT,
  cutAfter,
  download,
  expectWhole,
  failureOf,
  misbehave,
  open,
  OTHER,
  statusOf,
  useHub,
  WEIGHTS,
} from '../../support/hubDownload.ts';
import { COMMIT, REPOSITORY, sha256 } from '../../support/hubServer.ts';

const PACE = { bytes: 1024, withinMs: 250 };

const hub = useHub();

describe('a connection that fails', () => {
  it('cut again and again, it goes on where it was', async () => {
    misbehave(hub, 5, cutAfter(500_000));
    const folder = await download(hub);
    await expectWhole(folder);
    const ranges = hub.server.requests
      .filter(({ path }) => path.startsWith('/large/'))
      .map(({ range }) => range);
    expect(ranges).toHaveLength(6);
    expect(ranges[0]).toBeUndefined();
    const starts = ranges.slice(1).map((range) => Number(/^bytes=(\d+)-$/.exec(range!)![1]));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts[0]).toBeGreaterThan(0);
    expect(hub.server.requests.at(-1)!.ifRange).toBe(`"${sha256(CONTENT)}"`);
    // Each made progress, so none waits longer than the first.
    expect(hub.waits).toEqual([1000, 1000, 1000, 1000, 1000]);
  });

  it('that makes no progress is given up after waits that grow, and what is there stays', async () => {
    misbehave(hub, Infinity, (request, response) => {
      if (request.headers.range === undefined) return cutAfter(500_000)(request, response);
      response.destroy();
      return true;
    });
    expect((await failureOf(download(hub))).message).toMatch(/cannot be reached/);
    expect(hub.waits).toEqual([1000, 2000, 4000]);
    const [unfinished] = await unfinishedDownloads(hub.downloads);
    expect(unfinished).toMatchObject({ id: REPOSITORY, commit: COMMIT });
    expect(unfinished!.presentBytes).toBeGreaterThan(400_000);
    expect(unfinished!.presentBytes).toBeLessThan(unfinished!.sizeBytes);

    hub.server.answer = () => false;
    await expectWhole(await download(hub));
    expect(hub.server.requests.at(-1)!.range).toMatch(/^bytes=\d{6}-$/);
  });

  it.each([429, 500, 502, 503, 504])('answers %d at first', async (status) => {
    misbehave(hub, 2, statusOf(status));
    await expectWhole(await download(hub));
    expect(hub.waits).toEqual([1000, 2000]);
  });

  it('says when to come back', async () => {
    misbehave(hub, 1, statusOf(429, { 'retry-after': '7' }));
    await download(hub);
    expect(hub.waits).toEqual([8000]);
  });

  it('wants to be left alone for an hour: that is told at once', async () => {
    misbehave(hub, 1, statusOf(429, { 'retry-after': '3600' }));
    expect((await failureOf(download(hub))).message).toMatch(/cannot answer now \(status 429\)/);
    expect(hub.waits).toEqual([]);
  });

  it('a trickle is as good as nothing, and is left for another connection', async () => {
    misbehave(hub, 1, (_, response) => {
      response.writeHead(200, { etag: `"${sha256(CONTENT)}"`, 'content-length': CONTENT.length });
      void (async () => {
        for (let at = 0; !response.destroyed; at++) {
          response.write(CONTENT.subarray(at, at + 1));
          await pause(20);
        }
      })();
      return true;
    });
    await expectWhole(await download(hub, { pace: PACE }));
    expect(hub.waits).toEqual([1000]);
    expect(hub.server.requests.at(-1)!.range).toMatch(/^bytes=\d+-$/);
  });

  it('a listing that comes at the second try', async () => {
    let nSeen = 0;
    hub.server.answer = ({ url }, response) => {
      if (url?.startsWith('/api/') !== true || nSeen++ > 0) return false;
      response.writeHead(503).end();
      return true;
    };
    await download(hub);
    expect(hub.waits).toEqual([1000]);
  });
});

describe('a file that is not what it was', () => {
  it('has changed between two attempts, and says so: it is fetched anew', async () => {
    hub.server.files.set(WEIGHTS, CONTENT);
    misbehave(hub, 1, (_, response) => {
      response.writeHead(200, { etag: '"before"', 'content-length': CONTENT.length });
      response.write(OTHER.subarray(0, 500_000), () => response.destroy());
      return true;
    });
    await expectWhole(await download(hub));
    expect(hub.server.requests.at(-1)).toMatchObject({ ifRange: '"before"' });
  });

  it('has changed, and is sent on as if it had not: its hash shows it, and it is fetched anew', async () => {
    misbehave(hub, 1, (_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(OTHER.subarray(0, 500_000), () => response.destroy());
      return true;
    });
    await expectWhole(await download(hub));
    const large = hub.server.requests.filter(({ path }) => path.startsWith('/large/'));
    expect(large.map(({ range }) => range !== undefined)).toEqual([false, true, false]);
  });

  it('has changed, and the part says so', async () => {
    let nSeen = 0;
    misbehave(hub, 2, (request, response) => {
      if (nSeen++ === 0) return cutAfter(500_000)(request, response);
      const from = Number(/\d+/.exec(request.headers.range!)![0]);
      response.writeHead(206, {
        ...{ etag: '"after"', 'content-length': OTHER.length - from },
        'content-range': `bytes ${from}-${OTHER.length - 1}/${OTHER.length}`,
      });
      // Nobody waits for what is of no use.
      response.flushHeaders();
      return true;
    });
    await expectWhole(await download(hub));
    expect(hub.server.requests.at(-1)!.range).toBeUndefined();
  });

  it('is another one from the beginning: nothing of it is kept, and it is not asked for again', async () => {
    const opened = await open(hub);
    hub.server.files.set(WEIGHTS, OTHER);
    const failure = await failureOf(opened.fetchWeights());
    await opened.close();
    expect(failure.message).toMatch(
      /is not what its index describes \(another sha256\), so nothing was kept/,
    );
    expect(await readdir(opened.folder)).not.toContain(WEIGHTS);
    expect((await readFile(path.join(opened.folder, `${WEIGHTS}.partial`))).length).toBe(0);
    expect(hub.waits).toEqual([]);
  });

  it('a small one, too', async () => {
    hub.server.answer = ({ url }, response) => {
      if (url?.endsWith('/config.json') !== true) return false;
      response.end('{"model_type":"gptx"}');
      return true;
    };
    expect((await failureOf(open(hub))).message).toMatch(/another sha1/);
  });

  it.each([
    ['begins elsewhere', (from: number) => `bytes ${from - 10}-${CONTENT.length - 1}/${CONTENT.length}`],
    ['ends too soon', (from: number) => `bytes ${from}-${CONTENT.length - 2}/${CONTENT.length}`],
    ['belongs to a file of another size', (from: number) => `bytes ${from}-${CONTENT.length - 1}/9`],
    ['says nothing', () => 'nothing'],
  ])('a part that %s', async (_, contentRange) => {
    let nSeen = 0;
    misbehave(hub, 2, (request, response) => {
      if (nSeen++ === 0) return cutAfter(500_000)(request, response);
      const from = Number(/\d+/.exec(request.headers.range!)![0]);
      response.writeHead(206, { 'content-range': contentRange(from) }).end(CONTENT.subarray(from));
      return true;
    });
    await expectWhole(await download(hub));
    expect(hub.server.requests.at(-1)!.range).toBeUndefined();
  });

  it('has become shorter than what is here (416)', async () => {
    let nSeen = 0;
    misbehave(hub, 2, (request, response) => {
      if (nSeen++ === 0) return cutAfter(500_000)(request, response);
      response.writeHead(416).end();
      return true;
    });
    await expectWhole(await download(hub));
  });

  it('is longer than it should be: it is left at once', async () => {
    misbehave(hub, Infinity, (_, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(CONTENT));
      };
      response.on('drain', more);
      more();
      return true;
    });
    expect((await failureOf(download(hub))).message).toMatch(/sends \d+ bytes where there should be 3000000/);
  });
});
