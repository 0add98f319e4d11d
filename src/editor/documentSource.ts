/** A document of the editor as a text that is read in parts: never more of it is copied than is looked at. */
import * as vscode from 'vscode';
import type { Outlines } from '../completion/outline.ts';
import { maxCharactersBefore, takeSnapshot, type Snapshot } from '../completion/snapshot.ts';
import { joinedSource, type TextSource } from '../completion/textSource.ts';
import type { ModelSummary } from '../model/generation.ts';

/** Between two cells of a notebook. */
const CELL_BORDER = '\n\n';

type SnapshotParts = {
  readonly model: ModelSummary;
  /** An entry of the suggestion list. */
  readonly selected?: vscode.SelectedCompletionInfo | undefined;
  readonly outlines: Outlines;
};

/** With an entry of the suggestion list selected, the text is taken as if that entry had been accepted. */
export function snapshotOf(
  document: vscode.TextDocument,
  position: vscode.Position,
  { model, selected, outlines }: SnapshotParts,
): Snapshot {
  const { source, cursor } = placeIn(document, position);
  const snapshot = takeSnapshot(source, cursor, {
    uri: document.uri.toString(),
    languageId: document.languageId,
    maxBefore: maxCharactersBefore(model),
    outlines,
  });
  if (selected === undefined) return snapshot;
  const replaced = document.getText(new vscode.Range(selected.range.start, position));
  return {
    ...snapshot,
    before: snapshot.before.slice(0, snapshot.before.length - replaced.length) + selected.text,
  };
}

/** A place in what a model is to go on with: for a cell of a notebook, the cells of code before it belong to that. */
function placeIn(
  document: vscode.TextDocument,
  position: vscode.Position,
): { source: TextSource; cursor: number } {
  const own = sourceOf(document);
  const source = joinedSource([...cellsBefore(document).map(sourceOf), own], CELL_BORDER);
  return { source, cursor: source.length - own.length + document.offsetAt(position) };
}

/** Those in the same language, in their order. */
function cellsBefore(document: vscode.TextDocument): vscode.TextDocument[] {
  const notebook = vscode.workspace.notebookDocuments.find(({ uri }) => uri.path === document.uri.path);
  const cells = notebook?.getCells().map((cell) => cell.document) ?? [];
  const index = cells.indexOf(document);
  return cells.slice(0, Math.max(0, index)).filter(({ languageId }) => languageId === document.languageId);
}

function sourceOf(document: vscode.TextDocument): TextSource {
  const lastLine = document.lineAt(document.lineCount - 1);
  return {
    length: document.offsetAt(lastLine.range.end),
    slice: (start, end) =>
      document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end))),
  };
}
