/** Runs something that the user asked for, behind a notification that can cancel it. */
import * as vscode from 'vscode';
import { signalOf } from './cancellation.ts';

export async function runTask<T>(title: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (_, token) => run(signalOf(token)));
}
