/** The rules against git itself, over every path that some folders and names make. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { IgnoreRules, type IgnoreFile } from '../../../src/completion/privacy/ignoreRules.ts';

function file(folder: string, ...lines: string[]): IgnoreFile {
  return { folder, name: path.posix.join(folder, '.gitignore'), text: `${lines.join('\n')}\n` };
}

it('says what git says, of every path that its patterns and folders make', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'gptj-ignore-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const files = [
    file('', '*.o', '!a/keep.o', 'b', '/c/', 'a/*/deep', '**/t/u', 'v/**', 'w ', '\\!n', '?q', '[xy]z'),
    file('a', '/o', '!b', 'd/e', '*.k/', '!*.o', 'f/'),
    file('a/d', '!e', 'g*', '/h'),
  ];
  const names = [
    'b',
    'c',
    'd',
    'deep',
    'e',
    'f',
    'gg',
    'h',
    'k.k',
    'keep.o',
    'o',
    't',
    'u',
    'v',
    'w',
    '!n',
    'aq',
    'xz',
  ];
  const paths = ['', 'a/', 'a/d/', 'a/d/e/', 'c/', 't/', 'a/t/', 'v/', 'a/f/', 'a/b/', 'a/k.k/'].flatMap(
    (folder) => names.map((name) => `${folder}${name}.x`).concat(names.map((name) => `${folder}${name}`)),
  );
  for (const { folder, name, text } of files) {
    mkdirSync(path.join(root, folder), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  const git = (args: string[], input?: string) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'], input });
  git(['init', '-q']);
  const verdicts = git(
    ['check-ignore', '--no-index', '--stdin', '--verbose', '--non-matching'],
    paths.join('\n'),
  );
  const byGit = verdicts
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
    .map(([rule = '', name = '']) => [name.replace(/^"|"$/g, ''), rule !== '::' && !/^\S+:\d+:!/.test(rule)]);
  const rules = new IgnoreRules(files);
  expect(byGit).toHaveLength(paths.length);
  expect(byGit.filter(([, isIgnored]) => isIgnored).length).toBeGreaterThan(50);
  expect(paths.map((name) => [name, rules.ignoredBy(name) !== undefined])).toEqual(byGit);
});
