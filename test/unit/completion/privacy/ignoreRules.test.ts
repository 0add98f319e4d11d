/** Expected by the rules of gitignore(5); the integration tests ask git itself. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { IgnoreRules, type IgnoreFile } from '../../../../src/completion/privacy/ignoreRules.ts';

function file(folder: string, ...lines: string[]): IgnoreFile {
  return { folder, name: path.posix.join(folder, '.gitignore'), text: `${lines.join('\n')}\n` };
}

function ignored(files: readonly IgnoreFile[], name: string): string | undefined {
  return new IgnoreRules(files).ignoredBy(name);
}

describe('one file at the root', () => {
  const rules = [
    file('', '# comment', '', '*.log', '!kept.log', '/top', 'build/', 'docs/*.html', 'a/**/z', '\\#x'),
  ];
  it.each([
    ['x.log', true],
    ['a/b/x.log', true],
    ['kept.log', false],
    ['top', true],
    ['a/top', false],
    ['build/x.py', true],
    ['a/build/b/x.py', true],
    ['build', false],
    ['docs/x.html', true],
    ['docs/a/x.html', false],
    ['a/z', true],
    ['a/b/c/z', true],
    ['#x', true],
    ['comment', false],
  ])('%s: %s', (name, isIgnored) => {
    expect(ignored(rules, name)).toBe(isIgnored ? '.gitignore' : undefined);
  });
});

describe('files in several folders', () => {
  const rules = [
    { folder: '', name: '.git/info/exclude', text: 'mine.py\n' },
    file('', '*.gen', 'out/', 'sub/dir/', '!sub/mine.py'),
    file('sub', '!*.gen', '/only.py', 'data/*', '!out/'),
    file('a b[1]', 'x'),
  ];
  it.each([
    ['mine.py', '.git/info/exclude'],
    ['sub/mine.py', undefined],
    ['x.gen', '.gitignore'],
    ['sub/x.gen', undefined],
    ['sub/deep/x.gen', undefined],
    ['sub/only.py', 'sub/.gitignore'],
    ['sub/deep/only.py', undefined],
    ['only.py', undefined],
    ['sub/data/x', 'sub/.gitignore'],
    ['sub/out/x', undefined],
    ['out/x', '.gitignore'],
    ['sub/dir/x', '.gitignore'],
    ['a b[1]/x', 'a b[1]/.gitignore'],
    ['a b[1]/deep/x', 'a b[1]/.gitignore'],
    ['x', undefined],
  ])('%s: by %s', (name, by) => expect(ignored(rules, name)).toBe(by));
});

it('a file inside an ignored folder cannot be taken back', () => {
  expect(ignored([file('', 'a/'), file('a', '!x')], 'a/x')).toBe('.gitignore');
});

it('reads line ends of Windows, and a mark of the byte order', () => {
  expect(ignored([{ folder: '', name: 'n', text: '\uFEFFa.py\r\nb.py\r\n' }], 'a.py')).toBe('n');
  expect(ignored([{ folder: '', name: 'n', text: 'a.py\r\nb.py\r\n' }], 'b.py')).toBe('n');
});

it('minds the case unless told otherwise', () => {
  const rules = [file('', 'Build/')];
  expect(new IgnoreRules(rules).ignoredBy('build/x')).toBeUndefined();
  expect(new IgnoreRules(rules, { ignoreCase: true }).ignoredBy('build/x')).toBe('.gitignore');
});
