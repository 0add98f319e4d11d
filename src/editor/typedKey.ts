/** Whether a change of a document is a key that somebody typed: not a paste, an accepted suggestion, an undo or another tool's edit. */
import * as vscode from 'vscode';

/** One character, or a bracket with the one that closes it. Line ends bring their indentation with them. */
const LONGEST_KEY = 2;

export function isTypedKey({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): boolean {
  if (reason !== undefined || document !== vscode.window.activeTextEditor?.document) return false;
  return (
    contentChanges.length > 0 &&
    contentChanges.every(({ text }) => text !== '' && text.trim().length <= LONGEST_KEY)
  );
}
