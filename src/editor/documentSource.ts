/** A document of the editor as a text that is read in parts: never more of it is copied than is looked at. */
import * as vscode from 'vscode';
import type { TextSource } from '../completion/textSource.ts';

export function sourceOf(document: vscode.TextDocument): TextSource {
  const lastLine = document.lineAt(document.lineCount - 1);
  return {
    length: document.offsetAt(lastLine.range.end),
    slice: (start, end) =>
      document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end))),
  };
}
