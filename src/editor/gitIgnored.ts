/**
 * What git ignores, found through the editor's file system, so that remote and virtual workspaces count. The ignore
 * files of a folder and of all above it, up to the root of the repository, are read once and again when one changes.
 */
import * as vscode from 'vscode';
import { IgnoreRules, type IgnoreFile } from '../completion/privacy/ignoreRules.ts';

const IGNORE_FILE = '.gitignore';
const GIT_FOLDER = '.git';

/** The rules that hold in a folder, from the root of its repository on. */
type Scope = { readonly root: vscode.Uri; readonly rules: IgnoreRules };

type Folder = { readonly uri: vscode.Uri; readonly isRoot: boolean; readonly ignoreText: string | undefined };

export class GitIgnored implements vscode.Disposable {
  /** By folder, both. They never fail. */
  readonly #scopes = new Map<string, Promise<Scope | undefined>>();
  readonly #folders = new Map<string, Promise<Folder>>();
  /** By what they watch. */
  readonly #watchers = new Map<string, vscode.Disposable>();
  readonly #subscriptions: vscode.Disposable;

  constructor() {
    this.#watch('workspace', `**/${IGNORE_FILE}`);
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#forget()),
      // A watcher is a moment behind.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.path.endsWith(`/${IGNORE_FILE}`)) this.#forget();
      }),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
    for (const watcher of this.#watchers.values()) watcher.dispose();
  }

  /** The name of the ignore file that has it, or undefined. */
  async ignoredBy(uri: vscode.Uri): Promise<string | undefined> {
    const folder = parentOf(uri);
    const key = folder.toString();
    const scope = this.#scopes.get(key) ?? this.#scopeOf(folder).catch(() => undefined);
    this.#scopes.set(key, scope);
    const found = await scope;
    return found?.rules.ignoredBy(relativeTo(found.root, uri));
  }

  async #scopeOf(folder: vscode.Uri): Promise<Scope | undefined> {
    const folders = await this.#foldersUpToRoot(folder);
    const root = folders[0]?.uri;
    if (root === undefined) return undefined;
    const exclude = folders[0]?.isRoot === true ? await this.#excludeOf(root) : [];
    for (const { uri } of folders) {
      if (vscode.workspace.getWorkspaceFolder(uri) === undefined) {
        this.#watch(uri.toString(), new vscode.RelativePattern(uri, IGNORE_FILE));
      }
    }
    const files = folders.flatMap(({ uri, ignoreText }): IgnoreFile[] => {
      const inRoot = relativeTo(root, uri);
      const name = inRoot === '' ? IGNORE_FILE : `${inRoot}/${IGNORE_FILE}`;
      return ignoreText === undefined ? [] : [{ folder: inRoot, name, text: ignoreText }];
    });
    const ignoreCase = root.scheme === 'file' && process.platform !== 'linux';
    return { root, rules: new IgnoreRules([...exclude, ...files], { ignoreCase }) };
  }

  /** What is ignored in this clone only. */
  async #excludeOf(root: vscode.Uri): Promise<IgnoreFile[]> {
    const info = vscode.Uri.joinPath(await gitFolderOf(root), 'info');
    this.#watch(info.toString(), new vscode.RelativePattern(info, 'exclude'));
    const text = await readIfPresent(vscode.Uri.joinPath(info, 'exclude'));
    return text === undefined ? [] : [{ folder: '', name: `${GIT_FOLDER}/info/exclude`, text }];
  }

  /**
   * The root of the repository first. A virtual workspace has no `.git`: there the workspace folder is the root, and
   * where there is none either, nothing is.
   */
  async #foldersUpToRoot(folder: vscode.Uri): Promise<Folder[]> {
    const folders: Folder[] = [];
    for (let uri = folder; ; uri = parentOf(uri)) {
      const read = this.#folders.get(uri.toString()) ?? readFolder(uri);
      this.#folders.set(uri.toString(), read);
      folders.unshift(await read);
      if (folders[0]?.isRoot === true) return folders;
      if (uri.path === parentOf(uri).path) break;
    }
    const top = vscode.workspace.getWorkspaceFolder(folder)?.uri.path;
    if (top === undefined) return [];
    return folders.filter(({ uri }) => uri.path === top || uri.path.startsWith(`${top}/`));
  }

  #forget(): void {
    this.#scopes.clear();
    this.#folders.clear();
  }

  #watch(key: string, pattern: vscode.GlobPattern): void {
    if (this.#watchers.has(key)) return;
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const forget = () => this.#forget();
    const events = [watcher.onDidChange(forget), watcher.onDidCreate(forget), watcher.onDidDelete(forget)];
    this.#watchers.set(key, vscode.Disposable.from(watcher, ...events));
  }
}

async function readFolder(uri: vscode.Uri): Promise<Folder> {
  const [git, ignoreText] = await Promise.all([
    statIfPresent(vscode.Uri.joinPath(uri, GIT_FOLDER)),
    readIfPresent(vscode.Uri.joinPath(uri, IGNORE_FILE)),
  ]);
  return { uri, isRoot: git !== undefined, ignoreText };
}

/** In a worktree or a submodule `.git` is a file that names the folder, which may name the one that it shares. */
async function gitFolderOf(root: vscode.Uri): Promise<vscode.Uri> {
  const git = vscode.Uri.joinPath(root, GIT_FOLDER);
  const named = /^gitdir: (.+)$/m.exec((await readIfPresent(git)) ?? '')?.[1];
  if (named === undefined) return git;
  const own = resolveFrom(root, named);
  const common = await readIfPresent(vscode.Uri.joinPath(own, 'commondir'));
  return common === undefined ? own : resolveFrom(own, common.trim());
}

function resolveFrom(folder: vscode.Uri, path: string): vscode.Uri {
  if (path.startsWith('/')) return folder.with({ path });
  return /^[A-Za-z]:/.test(path)
    ? folder.with({ path: `/${path.replaceAll('\\', '/')}` })
    : vscode.Uri.joinPath(folder, path);
}

async function readIfPresent(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

async function statIfPresent(uri: vscode.Uri): Promise<vscode.FileStat | undefined> {
  try {
    return await vscode.workspace.fs.stat(uri);
  } catch {
    return undefined;
  }
}

function parentOf(uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(uri, '..');
}

function relativeTo(root: vscode.Uri, uri: vscode.Uri): string {
  return uri.path.slice(root.path === '/' ? 1 : root.path.length + 1);
}
