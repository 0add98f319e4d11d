/**
 * The tasks there are: those of the extension, and those that a trusted workspace has in `.gptj/tasks/`. Files are
 * read when somebody asks, by a bundle that is loaded only then.
 */
import * as vscode from 'vscode';
import { say, type Sentence } from '../../base/sentence.ts';
import type { Task } from '../../tasks/task.ts';
import type { TaskFile } from '../../tasks/taskFile.ts';
import type { Problem } from '../../tasks/template.ts';

export const WORKSPACE_TASKS = '.gptj/tasks';

/** More would not be found in a list. */
const MAX_FILES = 200;
/** A larger file is not even read. */
const MAX_READ_BYTES = 1_000_000;

export type FoundTask = { readonly task: Task; readonly uri: vscode.Uri; readonly isBuiltIn: boolean };
export type FaultyFile = { readonly uri: vscode.Uri; readonly problems: readonly Problem[] };
export type Library = { readonly tasks: readonly FoundTask[]; readonly faulty: readonly FaultyFile[] };

type ReadFile = { readonly uri: vscode.Uri; readonly file: TaskFile };

export class TaskLibrary {
  readonly #builtInFolder: vscode.Uri;
  #builtIn: Promise<readonly ReadFile[]> | undefined;

  constructor(builtInFolder: vscode.Uri) {
    this.#builtInFolder = builtInFolder;
  }

  async load(): Promise<Library> {
    this.#builtIn ??= readFolder(this.#builtInFolder);
    const builtIn = await this.#builtIn;
    const own = await readWorkspace();
    const tasks: FoundTask[] = [];
    const faulty: FaultyFile[] = [];
    const taken = new Map<string, string>();
    for (const [isBuiltIn, { uri, file }] of [...tagged(builtIn, true), ...tagged(own, false)]) {
      const { task } = file;
      const other = task && taken.get(task.id);
      if (task === undefined) faulty.push({ uri, problems: file.problems });
      else if (other !== undefined) faulty.push({ uri, problems: [duplicate(task.id, other, file)] });
      else {
        taken.set(task.id, isBuiltIn ? vscode.l10n.t('a built-in task') : nameOf(uri));
        tasks.push({ task: isBuiltIn ? translated(task) : task, uri, isBuiltIn });
      }
    }
    return { tasks, faulty };
  }

  async builtIn(id: string): Promise<Task | undefined> {
    const { tasks } = await this.load();
    return tasks.find(({ task, isBuiltIn }) => isBuiltIn && task.id === id)?.task;
  }

  /** What is wrong with a task of the workspace that reads like this, in whatever state the other files are. */
  async problemsOf(uri: vscode.Uri, text: string): Promise<readonly Problem[]> {
    const { readTaskFile } = await import('../../tasks/taskFile.ts');
    const file = readTaskFile(text);
    if (file.task === undefined) return file.problems;
    const { id } = file.task;
    const { tasks } = await this.load();
    const other = tasks.find(({ task, uri: its }) => task.id === id && its.toString() !== uri.toString());
    if (other === undefined) return [];
    const name = other.isBuiltIn ? vscode.l10n.t('a built-in task') : nameOf(other.uri);
    return [duplicate(id, name, file)];
  }
}

export function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

/** Whether it is a task's file of a workspace that may have some. */
export function isWorkspaceTask(uri: vscode.Uri): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined || !vscode.workspace.isTrusted) return false;
  const inFolder = uri.path.slice(folder.uri.path.length).replace(/^\//, '');
  return (
    inFolder.startsWith(`${WORKSPACE_TASKS}/`) &&
    /^[^/]+\.md$/.test(inFolder.slice(WORKSPACE_TASKS.length + 1))
  );
}

/** What people read of a task of the extension; the prompt is the model's and stays. */
function translated(task: Task): Task {
  return {
    ...task,
    title: vscode.l10n.t(task.title),
    description: vscode.l10n.t(task.description),
    ask: task.ask.map(({ name, text }) => ({ name, text: vscode.l10n.t(text) })),
  };
}

function duplicate(id: string, other: string, { idAt }: TaskFile): Problem {
  return { sentence: say`${other} has the id "${id}" already. Choose another one.`, ...idAt };
}

function tagged(files: readonly ReadFile[], isBuiltIn: boolean): (readonly [boolean, ReadFile])[] {
  return files.map((file) => [isBuiltIn, file]);
}

async function readWorkspace(): Promise<readonly ReadFile[]> {
  if (!vscode.workspace.isTrusted) return [];
  const folders = vscode.workspace.workspaceFolders ?? [];
  const files = await Promise.all(
    folders.map(({ uri }) => readFolder(vscode.Uri.joinPath(uri, WORKSPACE_TASKS))),
  );
  return files.flat();
}

/** By name. A link is no file of the workspace and is left alone. */
async function readFolder(folder: vscode.Uri): Promise<readonly ReadFile[]> {
  const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch(() => []);
  const names = entries
    .filter(([name, type]) => type === vscode.FileType.File && name.endsWith('.md'))
    .map(([name]) => name)
    .sort();
  if (names.length === 0) return [];
  return Promise.all(names.slice(0, MAX_FILES).map((name) => readFile(vscode.Uri.joinPath(folder, name))));
}

async function readFile(uri: vscode.Uri): Promise<ReadFile> {
  const { readTaskBytes } = await import('../../tasks/taskFile.ts');
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_READ_BYTES) return unread(uri, say`The file has ${size} bytes. Shorten it.`);
    return { uri, file: readTaskBytes(await vscode.workspace.fs.readFile(uri)) };
  } catch {
    return unread(uri, say`The file cannot be read. Look at its permissions.`);
  }
}

function unread(uri: vscode.Uri, sentence: Sentence): ReadFile {
  const place = { start: 0, end: 1 };
  return { uri, file: { problems: [{ sentence, ...place }], idAt: place } };
}
