/** "Translate Comment to SQL": the statement goes below the comment, as one edit that one undo takes back. */
import * as vscode from 'vscode';
import { UserError } from '../base/userError.ts';
import type { EngineHost } from '../client/engineHost.ts';
import { commentAt, type SqlComment } from '../sql/comment.ts';
import { createTableStatements } from '../sql/schema.ts';
import { commentToSql } from '../tasks/commentToSql.ts';
import { runTask } from './runTask.ts';

export async function translateComment(engine: EngineHost): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== 'sql') {
    throw new UserError('bad-argument', vscode.l10n.t('Open a SQL file and put the cursor into a comment.'));
  }
  const comment = findComment(editor.document, editor.selection.active.line);
  if (comment === undefined) {
    throw new UserError(
      'bad-argument',
      vscode.l10n.t(
        'Put the cursor into a comment that says what you want, like "-- customers from Berlin".',
      ),
    );
  }
  const tables = createTableStatements(editor.document.getText());
  const answer = await runTask(vscode.l10n.t('GPT-J is writing SQL'), async (signal) => {
    const model = await engine.ready();
    return commentToSql({ question: comment.question, tables }, model, (request) =>
      engine.generate(request, { signal }),
    );
  });
  await insertBelow(editor, comment, answer.sql);
  if (answer.nTablesLeftOut > 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'The schema was longer than the model reads: {0} tables were left out.',
        answer.nTablesLeftOut,
      ),
    );
  }
}

/** The comment may have moved since it was read; if it is gone, nothing is written. */
async function insertBelow(editor: vscode.TextEditor, comment: SqlComment, sql: string): Promise<void> {
  const { document } = editor;
  const lines = Array.from({ length: document.lineCount }, (_, line) => line);
  const candidates = lines
    .toSorted((a, b) => Math.abs(a - comment.lastLine) - Math.abs(b - comment.lastLine))
    .filter((line) => findComment(document, line)?.question === comment.question);
  const found = candidates[0] === undefined ? undefined : findComment(document, candidates[0]);
  const indented = sql.split('\n').map((line) => `\n${comment.indentation}${line}`);
  const isDone =
    found !== undefined &&
    (await editor.edit((edit) => edit.insert(document.lineAt(found.lastLine).range.end, indented.join(''))));
  if (!isDone) {
    throw new UserError(
      'bad-argument',
      vscode.l10n.t(
        'The comment has been changed or the file closed meanwhile, so nothing was written. Try again.',
      ),
    );
  }
}

function findComment(document: vscode.TextDocument, line: number): SqlComment | undefined {
  return commentAt((at) => (at >= 0 && at < document.lineCount ? document.lineAt(at).text : undefined), line);
}
