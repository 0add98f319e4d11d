/** What the hub's parts make of what they are told: hosts, tokens, names, waits, room. */
import { describe, expect, it } from 'vitest';
import { spell } from '../../../src/base/sentence.ts';
import { follow } from '../../../src/hub/connection.ts';
import { hubAt, hubBase } from '../../../src/hub/hubHost.ts';
import { NetworkFailure, waitOf } from '../../../src/hub/networkFailure.ts';
import { parseRepositoryName } from '../../../src/hub/repository.ts';
import { waitBefore } from '../../../src/hub/retries.ts';
import { shortcomings } from '../../../src/hub/room.ts';

describe('a host', () => {
  it.each([
    ['', 'https://huggingface.co/'],
    [' https://mirror.example.org/hf ', 'https://mirror.example.org/hf/'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/'],
    ['http://localhost', 'http://localhost/'],
  ])('"%s" is %s', (address, base) => expect(hubBase(address).href).toBe(base));

  it.each([
    ...['http://example.org', 'http://127.0.0.1.example.org', 'http://localhost.example.org', 'file:///etc'],
    ...['https://a:b@example.org', 'https://example.org?x=1', 'huggingface.co'],
  ])('"%s" is refused', (address) => expect(() => hubBase(address)).toThrow(/is no address that models/));

  it('has the token of its origin', () => {
    expect(hubAt('https://mirror.example.org/hf', ' hf_x ').token).toEqual({
      origin: 'https://mirror.example.org',
      value: 'hf_x',
    });
    expect(hubAt('', '  ').token).toBeUndefined();
    expect(() => hubAt('', 'hf\r\nx-evil: 1')).toThrow(/has characters that no token has/);
  });
});

describe('where a redirect leads', () => {
  const [hub, here] = [new URL('https://hub.example.org/a'), new URL('http://127.0.0.1:1/a')];
  it.each([
    [hub, 'https://cdn.example.org/x'],
    [hub, '/api/models/new/name'],
    [here, 'http://localhost:2/x'],
  ])('from %s to %s', (from, to) =>
    expect(follow(from, to, { onLoopback: true }).href).toBe(new URL(to, from).href),
  );

  it.each([
    [hub, 'http://cdn.example.org/x'],
    [hub, 'http://127.0.0.1/x'],
    [hub, 'https://user:word@cdn.example.org/x'],
    [here, 'http://192.0.2.1/x'],
    [here, 'file:///etc/passwd'],
  ])('not from %s to %s', (from, to) =>
    expect(() => follow(from, to, { onLoopback: true })).toThrow(/not safe/),
  );
});

describe('the name of a repository', () => {
  const hub = hubAt('https://mirror.example.org/hf', undefined);
  it.each([
    ['Salesforce/codegen-350M-mono', 'Salesforce/codegen-350M-mono', 'main'],
    [' EleutherAI/gpt-j-6b@float16 ', 'EleutherAI/gpt-j-6b', 'float16'],
    ['a/b@refs/pr/1', 'a/b', 'refs/pr/1'],
    ['https://mirror.example.org/hf/a/b/', 'a/b', 'main'],
  ])('"%s"', (text, id, revision) => expect(parseRepositoryName(text, hub)).toEqual({ id, revision }));

  it.each(['gpt2', 'a/b/c', '../b', 'a/..', 'a/b@../c', 'a/b?x', 'https://huggingface.co/a/b', 'a/ b', ''])(
    'not "%s"',
    (text) => expect(() => parseRepositoryName(text, hub)).toThrow(/is not the name of a repository/),
  );
});

describe('how long to wait', () => {
  const failure = (outlook: NetworkFailure['outlook']) => new NetworkFailure('x', '', outlook);
  it('grows up to a minute, and is not the same for everybody', () => {
    const waits = [0, 1, 2, 5, 6, 20].map((nFailures) =>
      waitBefore(nFailures, failure({ isTransient: true }), 1),
    );
    expect(waits).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000]);
    expect(waitBefore(2, failure({ isTransient: true }), 0)).toBe(2000);
  });

  it('is what the host says, unless that is too long', () => {
    expect(waitBefore(0, failure({ isTransient: true, retryAfterMs: 90_000 }), 0)).toBe(90_000);
    expect(waitBefore(0, failure({ isTransient: true, retryAfterMs: 400_000 }), 0)).toBeUndefined();
    expect(waitBefore(0, failure({ status: 404 }), 0)).toBeUndefined();
  });

  it.each([
    ['120', 120_000],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 50_000],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('"%s" at ten seconds past 1970', (header, ms) => {
    expect(waitOf(header, 10_000)).toBe(ms);
  });
});

describe('room', () => {
  const takes = { missingBytes: 12.2e9, weightsBytes: 3.4e9, cacheBytes: 1.9e9 };
  it.each([
    [{ freeDiskBytes: 20e9, memoryBytes: 16e9 }, []],
    [{ freeDiskBytes: undefined, memoryBytes: 16e9 }, []],
    [{ freeDiskBytes: 15e9, memoryBytes: 16e9 }, ['It needs 15.8 GB of the disk, and 15.0 GB are free.']],
    [
      { freeDiskBytes: 20e9, memoryBytes: 7e9 },
      ['It needs 5.8 GB of memory, and this machine has 7.0 GB for everything.'],
    ],
  ])('%o', (room, wanted) => {
    expect(shortcomings(takes, room).map((sentence) => spell(sentence))).toEqual(wanted);
  });
});
