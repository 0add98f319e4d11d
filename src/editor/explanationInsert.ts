/** Puts an explanation into the code that it is about, as one edit that one undo takes back. */
import * as vscode from 'vscode';
import { inSlices } from '../base/inSlices.ts';
import { UserError } from '../base/userError.ts';
import type { Edit } from '../python/docstring.ts';
import { qualifiedName } from '../python/structure.ts';
import type { Section } from '../tasks/explainParts.ts';
import type { InsertAs } from './explanationView.ts';

export type Insertion = {
  /** The document that the code is in. */
  readonly source: vscode.Uri;
  readonly section: Section;
  readonly as: InsertAs;
};

export async function insertExplanation(insertion: Insertion): Promise<void> {
  const document = await vscode.workspace.openTextDocument(insertion.source).then(
    (open) => open,
    () => {
      throw new UserError('bad-argument', vscode.l10n.t('The file of this code cannot be opened any more.'));
    },
  );
  const edit = await planEdit(document, insertion);
  if (edit.replaces && !(await mayReplace(insertion.section))) return;
  // The answer may have taken its time.
  await apply(document, edit.replaces ? await planEdit(document, insertion) : edit);
}

type PlannedEdit = Edit & { readonly replaces: boolean; readonly version: number };

/** Where the code is now, however the text around it has been changed. */
async function planEdit(document: vscode.TextDocument, { section, as }: Insertion): Promise<PlannedEdit> {
  const { readPython, findAgain, docstringEdit, commentEdit } = await import('../python/bundle.ts');
  const { version } = document;
  const { part, text } = section;
  const file = await inSlices(readPython(document.getText()));
  const foundAt = findAgain(file.text, part.source, part.span.start);
  if (foundAt === undefined) {
    throw new UserError(
      'bad-argument',
      vscode.l10n.t('The code has been changed since it was explained. Let it be explained again.'),
    );
  }
  const at = foundAt + part.source.search(/\S/);
  if (as === 'comment') return { ...commentEdit(file, at, text), replaces: false, version };
  const definition = file.definitions.find(({ start }) => start === at);
  const edit =
    definition && docstringEdit(file, definition, text, { indentationStep: indentationStep(document) });
  if (definition === undefined || edit === undefined) {
    throw new UserError(
      'bad-argument',
      vscode.l10n.t('The definition is not complete Python, so it has no place for a docstring.'),
    );
  }
  return { ...edit, replaces: definition.docstring !== undefined, version };
}

async function mayReplace({ part: { subject } }: Section): Promise<boolean> {
  const name = subject.kind === 'definition' ? qualifiedName(subject.definition) : '';
  const replace = vscode.l10n.t('Replace');
  const question = vscode.l10n.t('{0} has a docstring already.', name);
  return (await vscode.window.showWarningMessage(question, { modal: true }, replace)) === replace;
}

async function apply(
  document: vscode.TextDocument,
  { start, end, text, version }: PlannedEdit,
): Promise<void> {
  const open = vscode.window.visibleTextEditors.find((visible) => visible.document === document);
  const viewColumn = open?.viewColumn ?? vscode.ViewColumn.One;
  const editor = await vscode.window.showTextDocument(document, { viewColumn });
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  if (document.getText(range) === text) return;
  const isDone = document.version === version && (await editor.edit((change) => change.replace(range, text)));
  // The editor says yes where a document is read-only, and writes nothing.
  if (!isDone || document.version === version) {
    throw new UserError(
      'bad-argument',
      vscode.l10n.t('The file could not be written to, so nothing was inserted. Is it read-only?'),
    );
  }
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Where the file itself shows none. */
function indentationStep(document: vscode.TextDocument): string {
  const { options } = vscode.window.visibleTextEditors.find((editor) => editor.document === document) ?? {};
  if (options?.insertSpaces === false) return '\t';
  return ' '.repeat(typeof options?.tabSize === 'number' ? options.tabSize : 4);
}
