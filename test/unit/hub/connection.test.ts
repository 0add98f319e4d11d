/** Where a link of a server's may lead. */
import { describe, expect, it } from 'vitest';
import { follow } from '../../../src/hub/connection.ts';

const FROM = new URL('https://api.nuget.org/v3/index.json');
const LOCAL = new URL('http://127.0.0.1:8080/index.json');

describe('a link', () => {
  it.each([
    [FROM, '/flat/a.nupkg', 'https://api.nuget.org/flat/a.nupkg'],
    [FROM, 'https://globalcdn.nuget.org/a.nupkg', 'https://globalcdn.nuget.org/a.nupkg'],
    [LOCAL, '../a.nupkg', 'http://127.0.0.1:8080/a.nupkg'],
    [LOCAL, 'https://globalcdn.nuget.org/a.nupkg', 'https://globalcdn.nuget.org/a.nupkg'],
  ])('of %s to %s is followed', (from, link, to) => expect(follow(from, link).href).toBe(to));

  it.each([
    [FROM, 'http://api.nuget.org/a.nupkg'],
    [FROM, 'http://127.0.0.1/a.nupkg'],
    [FROM, 'file:///etc/passwd'],
    [FROM, 'https://user:word@api.nuget.org/a.nupkg'],
    [FROM, 'https://user@elsewhere.org/a.nupkg'],
    [FROM, 'data:text/plain,a'],
    [FROM, 'https://'],
    [LOCAL, 'http://127.0.0.1:8081/a.nupkg'],
    [LOCAL, 'http://localhost:8080/a.nupkg'],
  ])('of %s to %s is not followed', (from, link) =>
    expect(() => follow(from, link)).toThrow(/leads to an address that is not safe/),
  );
});
