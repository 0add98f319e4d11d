/** Sizes as people read them, in the way of their language. */
import * as vscode from 'vscode';

export function gigabytes(bytes: number): string {
  return inDigits(bytes / 1e9, 1);
}

export function sizeOf(bytes: number): string {
  return bytes < 1e9
    ? vscode.l10n.t('{0} MB', inDigits(bytes / 1e6, bytes < 10e6 ? 1 : 0))
    : vscode.l10n.t('{0} GB', gigabytes(bytes));
}

function inDigits(value: number, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString(vscode.env.language, options);
}
