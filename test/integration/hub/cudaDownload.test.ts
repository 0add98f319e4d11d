/** CUDA libraries from a real server that behaves, and one that misbehaves in every way that was thought of. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/userError.ts';
import { downloadCudaLibraries, type CudaDownload } from '../../../src/hub/cudaDownload.ts';
import { downloadFile } from '../../../src/hub/download.ts';
import { LIBRARIES, NugetServer, PATHS, VERSION } from '../../support/nugetServer.ts';
import { zipArchive } from '../../support/zipArchive.ts';

const DEAD_PID = 4_000_000;
/** More than a kilobyte in a quarter of a second: only where a stall is wanted, since this machine may be busy. */
const PACE = { bytes: 1024, withinMs: 250 };
const [SHARED, CUDA] = Object.keys(LIBRARIES) as (keyof typeof LIBRARIES)[];

let temp: string;
let parent: string;
let folder: string;
let server: NugetServer;

beforeEach(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-cuda-'));
  parent = path.join(temp, 'cuda');
  folder = path.join(parent, VERSION);
  server = await NugetServer.start();
});
afterEach(async () => {
  await server.stop();
  await rm(temp, { recursive: true });
});

function download(options: Partial<CudaDownload> = {}): Promise<void> {
  return downloadCudaLibraries({ version: VERSION, folder, index: server.index, ...options });
}

/** It fails with one sentence for the user, and leaves nothing behind. */
async function expectFailure(pattern: RegExp, options: Partial<CudaDownload> = {}): Promise<void> {
  const error = await download(options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).toMatch(pattern);
  expect(message).toMatch(/^\S[^\n]*\.$/);
  expect(await readdir(parent)).toEqual([]);
}

describe('a server that behaves', () => {
  it('is asked for four things, and two libraries lie there, complete', async () => {
    const shares: number[] = [];
    await download({ onProgress: ({ receivedBytes, sizeBytes }) => shares.push(receivedBytes / sizeBytes) });
    expect(server.requests).toEqual([PATHS.index, PATHS.leaf, PATHS.entry, PATHS.package]);
    expect((await readdir(folder)).sort()).toEqual([CUDA, SHARED].map((name) => path.basename(name!)));
    for (const [name, content] of Object.entries(LIBRARIES)) {
      expect(content.equals(await readFile(path.join(folder, path.basename(name))))).toBe(true);
    }
    expect(shares.length).toBeGreaterThan(3);
    expect(shares.at(-1)).toBe(1);
    expect(await readdir(parent)).toEqual([VERSION]);
  });

  it('and what is there of a version before, of a process that died, or only in part, is replaced', async () => {
    for (const name of ['1.29.0', `partial-${DEAD_PID}-abc`, VERSION])
      await mkdir(path.join(parent, name), { recursive: true });
    await writeFile(path.join(folder, path.basename(SHARED!)), 'half');
    await mkdir(path.join(parent, `partial-${process.ppid}-abc`));
    await download();
    expect((await readdir(parent)).sort()).toEqual([VERSION, `partial-${process.ppid}-abc`]);
    expect((await readFile(path.join(folder, path.basename(SHARED!)))).length).toBe(20_000);
  });

  it('redirects within itself', async () => {
    server.answers.set(PATHS.package, redirectTo('/moved'));
    server.answers.set('/moved', (response) => response.end(server.archive));
    await download();
    expect(await readdir(parent)).toEqual([VERSION]);
  });
});

describe('a cancellation', () => {
  it('before anything: nothing is asked for', async () => {
    await expectFailure(/^Cancelled/, { signal: AbortSignal.abort() });
    expect(server.requests).toEqual([]);
  });

  it('in the middle of the package ends at once', async () => {
    const abort = new AbortController();
    server.answers.set(PATHS.package, (response) => {
      response.write(server.archive.subarray(0, 100_000));
    });
    const startMs = performance.now();
    await expectFailure(/^Cancelled/, {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });
});

describe('a package that is not as the index says', () => {
  it('another content of the same size', async () => {
    const other = Buffer.from(server.archive);
    other[1000]! ^= 1;
    server.answers.set(PATHS.package, (response) => response.end(other));
    await expectFailure(/is not what its index describes \(another sha512\)/);
  });

  it('another size, announced: refused before it is read', async () => {
    let nProgress = 0;
    server.answers.set(PATHS.package, (response) => response.end('short'));
    await expectFailure(/sends 5 bytes where there should be \d+/, { onProgress: () => nProgress++ });
    expect(nProgress).toBe(0);
  });

  it('less than it should be, not announced', async () => {
    server.answers.set(PATHS.package, (response) => {
      response.write('short');
      response.end();
    });
    await expectFailure(/^The connection to 127\.0\.0\.1:\d+ broke off\. Try again\.$/);
  });

  it('endless: it is left as soon as it is too long', async () => {
    let writtenBytes = 0;
    server.answers.set(PATHS.package, (response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) writtenBytes += 65_536;
      };
      response.on('drain', more);
      more();
    });
    await expectFailure(/sends \d+ bytes where there should be/);
    expect(writtenBytes).toBeLessThan(server.archive.length + 20e6);
  });

  it('broken off in the middle', async () => {
    server.answers.set(PATHS.package, (response) => {
      response.writeHead(200, { 'content-length': server.archive.length });
      response.write(server.archive.subarray(0, 100_000), () => response.destroy());
    });
    await expectFailure(/^The connection to 127\.0\.0\.1:\d+ broke off\. Try again\.$/);
  });

  it('no archive', async () => {
    server.archive = Buffer.alloc(5000, 'no archive');
    await expectFailure(/The package .*\.nupkg is not as expected/);
  });

  it('an archive without one of the libraries', async () => {
    server.archive = zipArchive({ [SHARED!]: 'x', 'elsewhere/libonnxruntime_providers_cuda.so': 'x' });
    await expectFailure(/is not as expected/);
  });

  it('an archive that ends in the middle of a library', async () => {
    const whole = Buffer.from(server.archive);
    whole.fill(0, 100_000, 1_000_000);
    server.archive = whole;
    await expectFailure(/is not as expected/);
  });
});

describe('an index that makes no sense', () => {
  it.each([
    ['an entry of another package', { id: 'Something.Else' }, /id is "Something.Else", not/],
    ['an entry of another version', { version: '1.29.0' }, /version is "1.29.0", not 1.30.0/],
    ['a weaker hash', { packageHashAlgorithm: 'MD5' }, /packageHashAlgorithm is "MD5", not one of SHA512/],
    ['no hash', { packageHash: undefined }, /packageHash is missing/],
    ['half a hash', { packageHash: 'AAAA' }, /packageHash is "AAAA", not a sha512/],
    ['a size that fills the disk', { packageSize: 9e12 }, /packageSize is 9000000000000, not at most/],
  ])('%s', async (_, entry, pattern) => {
    server.entry = entry;
    await expectFailure(pattern);
    expect(server.requests).not.toContain(PATHS.package);
  });

  it.each([
    ['a page of a proxy', '<html>Please log in</html>', /did not answer with JSON/],
    ['a list', '[]', /is not a JSON object/],
    ['no services', '{"resources":[]}', /has no RegistrationsBaseUrl: it is no NuGet index/],
    ['a service elsewhere', services('http://169.254.169.254/'), /not safe, so nothing was fetched/],
    ['a service on this disk', services('file:///etc/'), /not safe, so nothing was fetched/],
  ])('%s', async (_, text, pattern) => {
    server.answers.set(PATHS.index, (response) => response.end(text));
    await expectFailure(pattern);
    expect(server.requests).toEqual([PATHS.index]);
  });

  it('endless', async () => {
    server.answers.set(PATHS.index, (response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
      };
      response.on('drain', more);
      more();
    });
    await expectFailure(/^The answer of .* is too long/);
  });
});

describe('a server that is in trouble', () => {
  it.each([
    [404, /does not have this any more \(status 404\)/],
    [403, /refuses access \(status 403\)\. If there is a proxy/],
    [407, /cannot be reached \(.+\).* If there is a proxy/],
    [429, /cannot answer now \(status 429\)\. Try again later/],
    [503, /cannot answer now \(status 503\)/],
    [206, /cannot answer now \(status 206\)/],
  ])('answers %d', async (status, pattern) => {
    for (const at of [PATHS.index, PATHS.package]) {
      server.answers.clear();
      server.answers.set(at, (response) => response.writeHead(status).end('{}'));
      await expectFailure(pattern);
    }
  });

  it('sends to another host without https', async () => {
    const other = await NugetServer.start();
    server.answers.set(PATHS.package, redirectTo(other.origin + PATHS.package));
    await expectFailure(/leads to an address that is not safe/);
    expect(other.requests).toEqual([]);
    await other.stop();
  });

  it('redirects in a circle', async () => {
    server.answers.set(PATHS.package, redirectTo(PATHS.package));
    await expectFailure(/redirects in a circle/);
    expect(server.requests.length).toBeLessThan(12);
  });

  it('accepts and never answers', async () => {
    server.answers.set(PATHS.index, () => undefined);
    await expectFailure(/^The connection to .* has stalled\. Try again later\.$/, { pace: PACE });
  });

  it('stalls in the middle', async () => {
    server.answers.set(PATHS.package, (response) => {
      response.write(server.archive.subarray(0, 100_000));
    });
    await expectFailure(/has stalled/, { pace: PACE });
  });

  it('trickles', async () => {
    server.answers.set(PATHS.package, (response) => {
      void (async () => {
        for (let at = 0; !response.destroyed; at++) {
          response.write(server.archive.subarray(at, at + 1));
          await pause(20);
        }
      })();
    });
    await expectFailure(/has stalled/, { pace: PACE });
  });

  it('is not there', async () => {
    const other = await NugetServer.start();
    const { index } = other;
    await other.stop();
    await expectFailure(/cannot be reached \(ECONNREFUSED\)\. Check the connection/, { index });
  });
});

describe('a disk in trouble', () => {
  it('a file where the folder should be', async () => {
    await writeFile(parent, '');
    await expect(download()).rejects.toMatchObject({ code: 'disk', message: /cannot be used/ });
    expect(server.requests).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('no space: said, and no file has the name', async () => {
    const file = path.join(temp, 'a.nupkg');
    await symlink('/dev/full', `${file}.partial`);
    const remote = {
      url: new URL(PATHS.package, server.origin),
      sizeBytes: server.archive.length,
      digest: { kind: 'sha512', hex: '' } as const,
    };
    await expect(downloadFile(remote, file)).rejects.toMatchObject({
      code: 'disk',
      message: `There is no space left for ${temp}. Free some, and try again.`,
    });
    expect(await readdir(temp)).not.toContain('a.nupkg');
  });
});

function redirectTo(location: string): (response: ServerResponse) => void {
  return (response) => response.writeHead(302, { location }).end();
}

function services(address: string): string {
  const of = (type: string) => ({ '@type': type, '@id': address });
  return JSON.stringify({ resources: ['RegistrationsBaseUrl', 'PackageBaseAddress/3.0.0'].map(of) });
}
