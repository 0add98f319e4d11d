/**
 * What is neither completed nor read for other files, and why: what is secret by its name, what git ignores, what the
 * user excludes, and what is no text of the user's at all. Whoever takes text from a document asks here first.
 */
import * as vscode from 'vscode';
import { schemeRefusal, UNSAVED_SCHEME } from '../completion/privacy/documentSchemes.ts';
import { readExcludeGlob, type ExcludeGlob } from '../completion/privacy/excludeGlob.ts';
import { secretOf } from '../completion/privacy/secretFiles.ts';
import { GitIgnored } from './gitIgnored.ts';
import { readSettings } from './settings.ts';

export class ReadingRules implements vscode.Disposable {
  readonly #gitIgnored = new GitIgnored();

  /** A reason such as `a file that git ignores (.gitignore)`, or undefined where the text may be read. Never fails. */
  async reasonNotToRead(of: vscode.TextDocument | vscode.Uri): Promise<string | undefined> {
    const uri = of instanceof vscode.Uri ? of : of.uri;
    const ofWorkspace = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.scheme);
    const refusal = schemeRefusal(uri.scheme, ofWorkspace) ?? secretOf(uri.path);
    if (refusal !== undefined || uri.scheme === UNSAVED_SCHEME) return refusal;
    // A cell of a notebook is as private as the file that it is in.
    const file = uri.with({ scheme: schemeOfFile(uri), fragment: '' });
    const glob = excludingGlob(file);
    if (glob !== undefined) return `a file that the setting gptj.exclude names (${glob})`;
    const ignoreFile = await this.#gitIgnored.ignoredBy(file);
    return ignoreFile === undefined ? undefined : `a file that git ignores (${ignoreFile})`;
  }

  dispose(): void {
    this.#gitIgnored.dispose();
  }
}

/** A cell has a scheme of its own, and says nowhere which one its notebook has but in the list of notebooks. */
function schemeOfFile(uri: vscode.Uri): string {
  if (uri.scheme !== 'vscode-notebook-cell') return uri.scheme;
  const notebook = vscode.workspace.notebookDocuments.find((open) => open.uri.path === uri.path);
  return notebook?.uri.scheme ?? 'file';
}

/** The glob of `gptj.exclude` that has this file. */
function excludingGlob(uri: vscode.Uri): string | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return readSettings(uri).exclude.find((text) => {
    const glob = readExcludeGlob(text);
    return glob !== undefined && matches(uri, patternsIn(glob, folder));
  });
}

function patternsIn({ from, patterns }: ExcludeGlob, folder: vscode.WorkspaceFolder | undefined) {
  if (from === 'root') return patterns;
  // Outside of every workspace folder, a path is one wherever it lies.
  return patterns.map((pattern) =>
    folder === undefined ? `**/${pattern}` : new vscode.RelativePattern(folder, pattern),
  );
}

/** The editor's own globs. It looks at the address and the language of a document, and not at the rest. */
function matches(uri: vscode.Uri, patterns: readonly vscode.GlobPattern[]): boolean {
  const document = { uri, languageId: '' } as vscode.TextDocument;
  return patterns.some((pattern) => vscode.languages.match({ pattern }, document) > 0);
}
