import { expect, it } from 'vitest';
import { schemeRefusal } from '../../../../src/completion/privacy/documentSchemes.ts';
import { readExcludeGlob } from '../../../../src/completion/privacy/excludeGlob.ts';

it.each([
  ['*.csv', 'folder', ['**/*.csv', '**/*.csv/**']],
  ['private', 'folder', ['**/private', '**/private/**']],
  ['private/', 'folder', ['**/private', '**/private/**']],
  ['data/private', 'folder', ['data/private', 'data/private/**']],
  ['./data/*.csv', 'folder', ['data/*.csv', 'data/*.csv/**']],
  ['**/*.{csv,tsv}', 'folder', ['**/*.{csv,tsv}', '**/*.{csv,tsv}/**']],
  ['/home/me/notes', 'root', ['/home/me/notes', '/home/me/notes/**']],
  ['C:/notes', 'root', ['C:/notes', 'C:/notes/**']],
])('%s', (glob, from, patterns) => expect(readExcludeGlob(glob)).toEqual({ from, patterns }));

it.each(['', '  ', '/', './', 3, null, undefined, ['a']])('%j says nothing', (glob) => {
  expect(readExcludeGlob(glob)).toBeUndefined();
});

it.each(['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-notebook-cell', 'memfs'])(
  '%s: is read',
  (scheme) => expect(schemeRefusal(scheme, ['file', 'memfs'])).toBeUndefined(),
);

it.each([
  'output',
  'git',
  'log',
  'vscode-scm',
  'search-editor',
  'gptj-explanation',
  'comment',
  'vscode-userdata',
])('%s: is not', (scheme) =>
  expect(schemeRefusal(scheme, ['file'])).toBe(`a document of the editor's own (${scheme})`),
);
