/** Where an answer goes: one edit that one undo takes back, a new document, the clipboard, or a view. */
import * as vscode from 'vscode';
import type { TableForm, Task } from '../../tasks/task.ts';
import type { AnswerView } from './answerView.ts';
import type { Place } from './taskInput.ts';

export type Delivery = {
  readonly task: Task;
  readonly text: string;
  readonly form: TableForm | 'none';
  readonly place: Place | undefined;
  /** What the user should know of it. */
  readonly notes: readonly string[];
  /** Which model has written it. */
  readonly by: string;
};

export async function deliver(delivery: Delivery, view: AnswerView): Promise<void> {
  const { task, text, form, place, notes } = delivery;
  switch (task.output) {
    case 'view':
      show(delivery, view);
      return;
    case 'copy':
      await vscode.env.clipboard.writeText(text);
      tell([vscode.l10n.t('The answer is in the clipboard.'), ...notes]);
      return;
    case 'document':
      await openDocument(text, form);
      tell(notes);
      return;
    case 'insert':
    case 'replace':
      if (place !== undefined && (await write(text, task.output, place))) tell(notes);
      else await showInstead(delivery, view);
  }
}

export function viewContent({ text, notes, by }: Pick<Delivery, 'text' | 'notes' | 'by'>): string {
  return `${text}\n\n---\n\n${[...notes, by].map((note) => `*${note}*`).join('\n\n')}\n`;
}

function show(delivery: Delivery, view: AnswerView): void {
  view.show(delivery.task.title, viewContent(delivery));
}

/** The answer is not lost where its place is. */
async function showInstead(delivery: Delivery, view: AnswerView): Promise<void> {
  await view.open(delivery.task.title);
  show(delivery, view);
  tell([
    vscode.l10n.t('The text has been changed or closed meanwhile, so the answer is shown beside it instead.'),
  ]);
}

async function openDocument(content: string, form: TableForm | 'none'): Promise<void> {
  const language = form === 'json' ? 'json' : form === 'markdown' ? 'markdown' : 'plaintext';
  const document = await vscode.workspace.openTextDocument({ content: `${content}\n`, language });
  await vscode.window.showTextDocument(document);
}

/** False where the text that the task was about is no longer where it was. */
async function write(
  text: string,
  how: 'insert' | 'replace',
  { editor, range, text: before }: Place,
): Promise<boolean> {
  const { document } = editor;
  if (document.isClosed || document.getText(range) !== before) return false;
  if (how === 'replace') return editor.edit((edit) => edit.replace(range, text));
  // A selection of whole lines ends at the beginning of the next one.
  const endsBefore = range.end.character === 0 && range.end.line > range.start.line;
  const line = document.lineAt(endsBefore ? range.end.line - 1 : range.end.line);
  return editor.edit((edit) => edit.insert(line.range.end, `\n${text}`));
}

function tell(notes: readonly string[]): void {
  if (notes.length > 0) void vscode.window.showInformationMessage(notes.join(' '));
}
