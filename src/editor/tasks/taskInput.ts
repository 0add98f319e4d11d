/** What a task needs of the user: the text that it is about, answers to its questions, labels, a form. */
import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { Task, TableForm } from '../../tasks/task.ts';
import { checkInput, parseLabels, type TaskValues } from '../../tasks/taskRequest.ts';

/** Where the input stands, and what stood there: the user may go on typing while the model writes. */
export type Place = {
  readonly editor: vscode.TextEditor;
  readonly range: vscode.Range;
  readonly text: string;
};

/** undefined where no text is open. */
export function placeOf(
  { input }: Pick<Task, 'input'>,
  editor: vscode.TextEditor | undefined,
): Place | undefined {
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const range = input === 'file' ? document.validateRange(whole) : selection;
  return { editor, range, text: document.getText(range) };
}

/** undefined where the user turns back. */
export async function askFor(task: Task, place: Place | undefined): Promise<TaskValues | undefined> {
  if (task.input !== 'typed' && place === undefined) {
    throw new UserError(
      'bad-argument',
      vscode.l10n.t('Open a file first: "{0}" is about its text.', task.title),
    );
  }
  const input = task.input === 'typed' ? await ask(task.title, task.description) : place?.text;
  if (input === undefined) return undefined;
  checkInput(input, task.input);

  const asked: Record<string, string> = {};
  for (const { name, text } of task.ask) {
    const answer = await ask(task.title, text);
    if (answer === undefined) return undefined;
    asked[name] = checkInput(answer, 'typed').trim();
  }
  const labels = await labelsFor(task);
  const editorLanguage = place?.editor.document.languageId ?? '';
  return labels && { input, asked, labels, editorLanguage };
}

/** undefined where the user turns back. */
export async function askForm({ as, title, answer }: Task): Promise<TableForm | 'none' | undefined> {
  if (as === undefined)
    return answer === 'csv' || answer === 'markdown' || answer === 'json' ? answer : 'none';
  if (as !== 'ask') return as;
  const forms = [
    { label: 'Markdown', form: 'markdown' },
    { label: 'CSV', form: 'csv' },
    { label: 'JSON', form: 'json' },
  ] as const;
  const placeHolder = vscode.l10n.t('The form of the table');
  return (await vscode.window.showQuickPick(forms, { title, placeHolder }))?.form;
}

async function labelsFor({ labels, title }: Task): Promise<readonly string[] | undefined> {
  if (labels !== 'ask') return labels;
  const text = await ask(title, vscode.l10n.t('The labels to choose from, with commas: bug, wish, question'));
  return text === undefined ? undefined : parseLabels(text);
}

async function ask(title: string, prompt: string): Promise<string | undefined> {
  return vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true });
}
