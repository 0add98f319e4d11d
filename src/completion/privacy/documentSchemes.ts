/** Which documents are somebody's text, by the scheme of their address. All others are the editor's own: logs, inputs, diffs. */

const TEXTS: readonly string[] = [
  'file',
  'untitled',
  'vscode-notebook-cell',
  'vscode-remote',
  'vscode-vfs', // repositories that are opened without a clone
  'vscode-test-web',
];

/** Nobody has saved these, so no rule about files holds for them. */
export const UNSAVED_SCHEME = 'untitled';

/** @param ofWorkspace schemes of the workspace's folders: a file system that somebody opened is one to work in */
export function schemeRefusal(scheme: string, ofWorkspace: readonly string[]): string | undefined {
  if (TEXTS.includes(scheme) || ofWorkspace.includes(scheme)) return undefined;
  return `a document of the editor's own (${scheme})`;
}
