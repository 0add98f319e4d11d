/** Runs something that the user asked for, behind a notification that can cancel it. */
import * as vscode from 'vscode';
import { signalOf } from './cancellation.ts';

/** @param run may say behind the title how far it has come */
export async function runTask<T>(
  title: string,
  run: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, token) =>
    run(signalOf(token), (message) => progress.report({ message })),
  );
}
