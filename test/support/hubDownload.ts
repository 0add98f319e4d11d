/** A hub on loopback for each test, and downloads from it that take no time to wait. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { UserError } from '../../src/base/userError.ts';
import { hubAt } from '../../src/hub/hubHost.ts';
import { ModelDownload, type FetchProgress, type ModelDownloadOptions } from '../../src/hub/modelDownload.ts';
import { COMMIT, HubServer, REPOSITORY, sha256, type Answer } from './hubServer.ts';

export const WEIGHTS = 'model.safetensors';
export const CONTENT = randomBytes(3_000_000);
/** Of the same size, and nothing else in common. */
export const OTHER = randomBytes(CONTENT.length);

export type DownloadTest = {
  readonly temp: string;
  readonly downloads: string;
  readonly server: HubServer;
  /** How long it was waited before each further try. */
  readonly waits: number[];
};

type Options = Partial<ModelDownloadOptions> & {
  readonly token?: string;
  readonly onProgress?: (progress: FetchProgress) => void;
};

/** Filled anew for each test of the file. */
export function useHub(): DownloadTest {
  const test = {} as { -readonly [K in keyof DownloadTest]: DownloadTest[K] };
  beforeEach(async () => {
    test.temp = await mkdtemp(path.join(tmpdir(), 'gptj-hub-'));
    test.downloads = path.join(test.temp, 'downloads');
    test.waits = [];
    test.server = await HubServer.start({
      'config.json': '{"model_type":"gptj"}',
      'tokenizer.json': '{}',
      'README.md': '# A model\n',
      'optimizer.bin': 'a state that nobody wants',
      'flax_model.msgpack': 'another framework',
      [WEIGHTS]: CONTENT,
    });
  });
  afterEach(async () => {
    await test.server.stop();
    await rm(test.temp, { recursive: true });
  });
  return test;
}

export function open(test: DownloadTest, { token, ...options }: Options = {}): Promise<ModelDownload> {
  const wait = (ms: number) => {
    test.waits.push(ms);
    return Promise.resolve();
  };
  return ModelDownload.open(
    { id: REPOSITORY, revision: 'main' },
    {
      hub: hubAt(test.server.origin, token),
      downloadsFolder: test.downloads,
      retries: { nTries: 3, random: () => 1, wait },
      ...options,
    },
  );
}

/** Returns the folder of the checkpoint. */
export async function download(test: DownloadTest, options: Options = {}): Promise<string> {
  const opened = await open(test, options);
  try {
    await opened.fetchWeights({ ...(options.onProgress && { onProgress: options.onProgress }) });
    return opened.folder;
  } finally {
    await opened.close();
  }
}

/** All of it is there, as it should be. */
export async function expectWhole(folder: string): Promise<void> {
  expect(CONTENT.equals(await readFile(path.join(folder, WEIGHTS)))).toBe(true);
}

export function folderOf({ downloads }: DownloadTest): string {
  return path.join(downloads, REPOSITORY.replace('/', '--'), COMMIT);
}

/** It failed with one sentence for the user, which gives no secret away. */
export async function failureOf(run: Promise<unknown>): Promise<UserError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const failure = error as UserError;
  expect(failure.message).toMatch(/^\S[^\n]*\.$/);
  expect(`${failure.message} ${failure.detail ?? ''}`).not.toMatch(/signature|hf_secret/);
  return failure;
}

/** Answers the first so many requests for the weights otherwise. */
export function misbehave({ server }: DownloadTest, nTimes: number, answer: Answer): void {
  let nSeen = 0;
  server.answer = (request, response) =>
    request.url?.startsWith(`/large/${WEIGHTS}`) === true && nSeen++ < nTimes && answer(request, response);
}

export const statusOf =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, headers).end();
    return true;
  };

/** Sends the file from where it is asked for, and cuts the connection after some of it. */
export const cutAfter =
  (nBytes: number): Answer =>
  ({ headers }, response) => {
    const from = Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0);
    const isRest = headers.range !== undefined;
    response.writeHead(isRest ? 206 : 200, {
      ...{ etag: `"${sha256(CONTENT)}"`, 'content-length': CONTENT.length - from },
      ...(isRest && { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` }),
    });
    response.write(CONTENT.subarray(from, from + nBytes), () => response.destroy());
    return true;
  };
